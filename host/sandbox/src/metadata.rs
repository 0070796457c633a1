//! The name and version that a component's metadata state: they are read without running any of it.
//!
//! The sections are those of the registries: the component's name in its name section, and `version` as plain text. A
//! component without them is as good a plugin.

use stepwell_model::plugin::Description;
use wasmparser::{Chunk, ComponentName, KnownCustom, Parser, Payload};

use crate::error::LoadError;
use crate::fault::cut;

/// The section with the version.
const VERSION: &str = "version";

/// Bytes of a name or version in an error.
const LONGEST_SHOWN: usize = 64;

/// The metadata of a component that its description states too.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Metadata {
    name: Option<String>,
    version: Option<String>,
}

impl Metadata {
    /// The metadata of the component itself, not of those within it. What cannot be read is not there: the compiler
    /// judges whether the component is whole.
    pub(crate) fn read(component: &[u8]) -> Self {
        let mut metadata = Self::default();
        let (mut parser, mut rest) = (Parser::new(0), component);
        while let Ok(Chunk::Parsed { consumed, payload }) = parser.parse(rest, true) {
            let within = match payload {
                Payload::ModuleSection { unchecked_range, .. } | Payload::ComponentSection { unchecked_range, .. } => {
                    unchecked_range.len()
                }
                Payload::CustomSection(section) => {
                    metadata.add(&section);
                    0
                }
                Payload::End(_) => break,
                _ => 0,
            };
            let Some(after) = rest.get(consumed.saturating_add(within)..) else { break };
            rest = after;
        }
        metadata
    }

    fn add(&mut self, section: &wasmparser::CustomSectionReader<'_>) {
        match section.as_known() {
            KnownCustom::ComponentName(names) => {
                let name = names.into_iter().map_while(Result::ok).find_map(|name| match name {
                    ComponentName::Component { name, .. } => Some(name.to_owned()),
                    _ => None,
                });
                self.name = name.or_else(|| self.name.take());
            }
            _ if section.name() == VERSION => {
                self.version = std::str::from_utf8(section.data()).ok().map(str::to_owned);
            }
            _ => {}
        }
    }

    /// Checks that the description states the same.
    pub(crate) fn check(&self, described: &Description) -> Result<(), LoadError> {
        agrees("name", self.name.as_deref(), &described.name)?;
        agrees("version", self.version.as_deref(), &described.version)
    }
}

fn agrees(what: &'static str, stated: Option<&str>, described: &str) -> Result<(), LoadError> {
    match stated {
        Some(stated) if stated != described => Err(LoadError::MetadataDiffers {
            what,
            stated: cut(stated, LONGEST_SHOWN),
            described: cut(described, LONGEST_SHOWN),
        }),
        _ => Ok(()),
    }
}
