use std::path::Path;

use stepwell_model::action::{row, rows};
use wit_parser::Resolve;

/// Interfaces of the contract that are no AWS services.
const OWN: [&str; 6] = ["types", "log", "clock", "credentials", "files", "step"];

#[test]
fn the_contract_the_action_table_and_the_service_files_name_the_same_calls() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut wit = Resolve::default();
    wit.push_path(root.join("../../wit")).unwrap();
    let services = wit.interfaces.iter().filter_map(|(_, of)| Some((of.name.as_deref()?, of)));
    let functions = services
        .filter(|(name, _)| !OWN.contains(name))
        .flat_map(|(name, of)| of.functions.keys().map(move |function| (name.to_owned(), function.clone())));
    let functions: Vec<_> = functions.collect();
    for (interface, function) in &functions {
        assert!(row(interface, function).is_some(), "{interface}.{function} is not in the action table");
        let place = root.join("src").join(interface.replace('-', "_"));
        let source = source(&place);
        assert!(source.contains(&format!("\"{function}\"")), "{}.rs does not make {function}", place.display());
    }
    assert_eq!(functions.len(), rows().count(), "the action table has rows that wit/ does not have");
}

/// The service file and, when it is long, those of its folder.
fn source(place: &Path) -> String {
    let mut files = vec![place.with_extension("rs")];
    if place.is_dir() {
        files.extend(std::fs::read_dir(place).unwrap().map(|file| file.unwrap().path()));
    }
    files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect()
}
