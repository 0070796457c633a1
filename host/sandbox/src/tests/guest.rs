//! Plugins written by hand: a core module in the text format, made a component as a toolchain makes it.

use std::path::Path;

use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::{ManglingAndAbi, PackageId, Resolve};

/// The addresses of the exports' results and of their texts in the guest's memory.
const DESCRIPTION: usize = 1024;
const OUTCOME: usize = 2048;
const TEXTS: usize = 4096;

/// A plugin with a valid description and the outputs `{}`.
pub(super) struct Guest<'a> {
    /// Further imports of the world, and their packages.
    pub(super) wit: (&'a str, &'a str),
    /// Imports of the core module.
    pub(super) imports: &'a str,
    /// Other parts of the core module.
    pub(super) items: &'a str,
    /// Instructions of `start` before it returns.
    pub(super) start: &'a str,
    /// Instructions of `describe` before it returns.
    pub(super) describe: &'a str,
    /// The texts of the description: name, version, summary and the two schemas.
    pub(super) texts: [&'a str; 5],
    /// Its kinds.
    pub(super) kinds: &'a [&'a str],
    /// Its further facts.
    pub(super) extra: &'a str,
    /// Initial pages of memory.
    pub(super) pages: u32,
}

impl Default for Guest<'_> {
    fn default() -> Self {
        Self {
            wit: ("", ""),
            imports: "",
            items: "",
            start: "",
            describe: "",
            texts: ["test-guest", "1.2.3", "Tests the host", "{}", "{}"],
            kinds: &["workflow-step"],
            extra: "{}",
            pages: 2,
        }
    }
}

impl Guest<'_> {
    pub(super) fn component(&self) -> Vec<u8> {
        let mut wit = contract();
        let (world, packages) = self.wit;
        let text =
            format!("package test:guest; world guest {{ include stepwell:step/plugin@0.2.0; {world} }} {packages}");
        let package = wit.push_str("guest.wit", &text).unwrap();
        encode(&self.module(), &wit, package, "guest")
    }

    fn module(&self) -> Vec<u8> {
        let Self { imports, items, start, describe, pages, .. } = self;
        let (description, texts) = self.description();
        let outcome = bytes(&[0, 0, 0, 0, TEXTS as u32, 2].map(u32::to_le_bytes).concat());
        let entry = |name: &str, params: &str, body: &str, result: usize| {
            format!(
                "(func (export \"stepwell:step/step@0.2.0#{name}\") {params} (result i32) {body} (i32.const {result}))"
            )
        };
        let module = format!(
            "(module {imports}
               (memory (export \"memory\") {pages})
               (global $free (mut i32) (i32.const 65536))
               (func (export \"cabi_realloc\") (param i32 i32 i32 i32) (result i32)
                 (global.get $free)
                 (global.set $free (i32.and (i32.add (i32.add (global.get $free) (local.get 3)) (i32.const 7)) (i32.const -8))))
               {items}
               {describe} {start} {resume} {cancel}
               (data (i32.const {DESCRIPTION}) \"{description}\")
               (data (i32.const {OUTCOME}) \"{outcome}\")
               (data (i32.const {TEXTS}) \"{texts}\"))",
            describe = entry("describe", "", describe, DESCRIPTION),
            // The invocation in sixteen numbers, which is the most that a function gets without an address.
            start = entry("start", &format!("(param{})", " i32".repeat(16)), start, OUTCOME),
            resume = entry("resume", "(param i32)", "", OUTCOME),
            cancel = entry("cancel", "(param i32)", "", OUTCOME),
        );
        wat::parse_str(module).unwrap()
    }

    /// The record `description`, and the texts that it points to; `{}` of the outcome comes first.
    fn description(&self) -> (String, String) {
        let mut texts = b"{}".to_vec();
        let mut put = |text: &[u8]| {
            // The list of kinds holds addresses.
            texts.resize(texts.len().next_multiple_of(4), 0);
            let at = TEXTS + texts.len();
            texts.extend(text);
            [at as u32, text.len() as u32]
        };
        let mut fields: Vec<u32> = self.texts.iter().flat_map(|text| put(text.as_bytes())).collect();
        let kinds: Vec<u32> = self.kinds.iter().flat_map(|kind| put(kind.as_bytes())).collect();
        let [list, _] = put(&kinds.into_iter().flat_map(u32::to_le_bytes).collect::<Vec<_>>());
        fields.extend([list, self.kinds.len() as u32]);
        fields.extend(put(self.extra.as_bytes()));
        let fields: Vec<u8> = fields.into_iter().flat_map(u32::to_le_bytes).collect();
        (bytes(&fields), bytes(&texts))
    }
}

fn bytes(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("\\{byte:02x}")).collect()
}

/// The contract in `wit/`.
pub(super) fn contract() -> Resolve {
    let mut wit = Resolve::default();
    wit.push_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wit")).unwrap();
    wit
}

/// A component of the given world, whose functions do nothing.
pub(super) fn component_of(text: &str) -> Vec<u8> {
    let mut wit = Resolve::default();
    let package = wit.push_str("other.wit", text).unwrap();
    let world = wit.select_world(&[package], None).unwrap();
    let module = wit_component::dummy_module(&wit, world, ManglingAndAbi::Standard32);
    encode(&module, &wit, package, &wit.worlds[world].name.clone())
}

/// A component of a whole world, with all its imports, whose functions do nothing.
pub(super) fn whole_world(wit: &Resolve, world: &str) -> Vec<u8> {
    let (id, world) = wit.worlds.iter().find(|(_, each)| each.name == world).unwrap();
    let module = wit_component::dummy_module(wit, id, ManglingAndAbi::Standard32);
    encode(&module, wit, world.package.unwrap(), &world.name.clone())
}

fn encode(module: &[u8], wit: &Resolve, package: PackageId, world: &str) -> Vec<u8> {
    let mut module = module.to_vec();
    let world = wit.select_world(&[package], Some(world)).unwrap();
    embed_component_metadata(&mut module, wit, world, StringEncoding::UTF8).unwrap();
    ComponentEncoder::default().module(&module).unwrap().encode().unwrap()
}
