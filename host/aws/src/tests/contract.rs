use std::collections::BTreeSet;
use std::path::Path;

use stepwell_model::action::{host, rows};
use wit_parser::Resolve;

/// The interface that a plugin exports, and the types.
const NOT_IMPORTED: [&str; 2] = ["step", "types"];

#[test]
fn every_function_of_the_contract_has_a_row_or_is_the_hosts_own() {
    let mut wit = Resolve::default();
    wit.push_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wit")).unwrap();
    let interfaces = wit.interfaces.iter().filter_map(|(_, of)| Some((of.name.as_deref()?, of)));
    let functions = interfaces
        .filter(|(name, _)| !NOT_IMPORTED.contains(name))
        .flat_map(|(name, of)| of.functions.keys().map(move |function| format!("{name}.{function}")));
    let declared = rows().map(|row| row.function).chain(host::FUNCTIONS.iter().copied());
    let declared: BTreeSet<_> = declared.map(|function| function.to_string()).collect();
    assert_eq!(declared, functions.collect::<BTreeSet<_>>());
}
