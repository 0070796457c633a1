//! The paths of the models: pages, waiters and parameters of endpoints.

use stepwell_generic::archive::Archive;
use stepwell_generic::model::{Matcher, Operation, Service};
use stepwell_generic::path::compile;

#[test]
fn every_path_of_the_models_can_be_read_and_leads_from_a_member() {
    let (mut paths, mut wrong) = (0, Vec::new());
    let names: Vec<_> = Archive::shipped().services().unwrap().map(|entry| entry.name.clone()).collect();
    for name in names {
        let service = Archive::shipped().service(&name).unwrap();
        let of_operations = service.operations.iter().flat_map(|operation| of_operation(&service, operation));
        let of_waiters = service.waiters.iter().flat_map(|waiter| {
            let operation = service.operation(&waiter.operation);
            let operation = operation.unwrap_or_else(|| panic!("{name}: no {}", waiter.operation));
            let of_path = |matcher: &Matcher| match matcher {
                Matcher::Path { path, .. } | Matcher::PathAll { path, .. } | Matcher::PathAny { path, .. } => {
                    Some((path.clone(), members(&service, operation, false)))
                }
                Matcher::Status(_) | Matcher::Error(_) | Matcher::AnyError(_) => None,
            };
            waiter.acceptors.iter().filter_map(|acceptor| of_path(&acceptor.matcher)).collect::<Vec<_>>()
        });
        for (path, members) in of_operations.chain(of_waiters) {
            paths += 1;
            let first = path.trim_start_matches(|letter: char| !letter.is_ascii_alphabetic());
            let is_known = members.iter().any(|member| first.starts_with(member.as_str())) || path.contains('(');
            if compile(&path).is_err() || !is_known {
                wrong.push(format!("{name}: {path}"));
            }
        }
    }
    println!("{paths} paths");
    assert!(paths > 10_000, "{paths}");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The paths of an operation, each with the members that it may begin with.
fn of_operation(service: &Service, operation: &Operation) -> Vec<(String, Vec<String>)> {
    let (input, output) = (members(service, operation, true), members(service, operation, false));
    let context = operation.operation_context.iter().map(|(_, path)| (path.clone(), input.clone()));
    let paginator = operation.paginator.iter().flat_map(|paginator| {
        let of_input = paginator.inputs.iter().chain(&paginator.limit).map(|path| (path, &input));
        let of_output = paginator.outputs.iter().chain(&paginator.results).chain(&paginator.more);
        of_input.chain(of_output.map(|path| (path, &output))).map(|(path, members)| (path.clone(), members.clone()))
    });
    context.chain(paginator).collect()
}

fn members(service: &Service, operation: &Operation, is_input: bool) -> Vec<String> {
    let side = if is_input { &operation.input } else { &operation.output };
    service.structure(side.as_ref()).fields.iter().map(|field| field.name.clone()).collect()
}
