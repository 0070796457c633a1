use std::collections::BTreeSet;
use std::path::Path;

use stepwell_generic::archive::Archive;
use stepwell_generic::model::{Kind, Member, Service};
use stepwell_generic::operation::function;
use stepwell_model::action::{host, rows};
use wit_parser::{Resolve, Type, TypeDefKind};

/// The interface that a plugin exports, and the types.
const NOT_IMPORTED: [&str; 2] = ["step", "types"];

fn contract() -> Resolve {
    let mut wit = Resolve::default();
    wit.push_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wit")).unwrap();
    wit
}

#[test]
fn every_function_of_the_contract_has_a_row_or_is_the_hosts_own() {
    let wit = contract();
    let interfaces = wit.interfaces.iter().filter_map(|(_, of)| Some((of.name.as_deref()?, of)));
    let functions = interfaces
        .filter(|(name, _)| !NOT_IMPORTED.contains(name))
        .flat_map(|(name, of)| of.functions.keys().map(move |function| format!("{name}.{function}")));
    let declared = rows().map(|row| row.function).chain(host::FUNCTIONS.iter().copied());
    let declared: BTreeSet<_> = declared.map(|function| function.to_string()).collect();
    assert_eq!(declared, functions.collect::<BTreeSet<_>>());
}

/// The services whose typed functions the models describe (`modelled.rs`).
const MODELLED: [&str; 4] = ["autoscaling", "ecs", "elbv2", "rds"];

#[test]
fn the_records_of_modelled_functions_have_members_of_the_models() {
    let wit = contract();
    let modelled = |name: &&str| MODELLED.contains(name);
    for (_, interface) in wit.interfaces.iter().filter(|(_, of)| of.name.as_deref().filter(modelled).is_some()) {
        let service = Archive::shipped().service(interface.name.as_deref().unwrap()).unwrap();
        for (name, typed) in &interface.functions {
            let operation = service.operations.iter().find(|of| function(&of.name) == *name).unwrap();
            fits(&wit, &service, operation.input.as_ref().unwrap(), typed.params[0].ty, name);
            let Some(Type::Id(result)) = typed.result else { panic!("{name}") };
            let TypeDefKind::Result(result) = &wit.types[result].kind else { panic!("{name}") };
            match (result.ok, &operation.output) {
                (Some(ok), Some(output)) => fits(&wit, &service, output, ok, name),
                (None, None) => {}
                _ => panic!("{name}: one of both answers nothing"),
            }
        }
    }
}

/// Asserts that a type has the form of the member.
fn fits(wit: &Resolve, service: &Service, member: &Member, of: Type, place: &str) {
    let kind = &service.shape(member).kind;
    let Type::Id(id) = of else {
        let same = match of {
            Type::String => matches!(kind, Kind::Text { .. }),
            Type::U32 | Type::S32 => matches!(kind, Kind::Integer(_)),
            Type::U64 => matches!(kind, Kind::Timestamp),
            Type::Bool => *kind == Kind::Boolean,
            _ => false,
        };
        return assert!(same, "{place} is {of:?} and {kind:?}");
    };
    match (&wit.types[id].kind, kind) {
        (TypeDefKind::Option(of) | TypeDefKind::Type(of), _) => fits(wit, service, member, *of, place),
        (TypeDefKind::List(of), Kind::List { member, .. }) => fits(wit, service, member, *of, place),
        (TypeDefKind::Record(record), Kind::Structure(structure)) => {
            for field in &record.fields {
                let place = format!("{place}.{}", field.name);
                let own = structure.fields.iter().find(|of| function(&of.name) == field.name);
                fits(wit, service, &own.unwrap_or_else(|| panic!("{place}")).member, field.ty, &place);
            }
        }
        (of, kind) => panic!("{place} is {of:?} and {kind:?}"),
    }
}
