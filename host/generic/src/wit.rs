//! The generic interface in WIT: an interface for every service, a function for every operation, JSON in AWS's names.
//!
//! AWS has far too many operations for files in `wit/`. A plugin gets a package with the operations that it names, and no
//! more: what a component imports is what it may ever call.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::model::{Operation, Service};
use crate::operation::function;

/// The package, without its version.
pub const PACKAGE: &str = "stepwell:aws";

/// Its version.
pub const VERSION: &str = "0.1.0";

/// The functions that a package has, by their interfaces.
pub type Functions = BTreeMap<String, BTreeSet<String>>;

/// The interface of a service, as components import it: `stepwell:aws/dynamodb@0.1.0`.
pub fn interface(service: &str) -> String {
    format!("{PACKAGE}/{service}@{VERSION}")
}

/// A package with these functions, which has the types of `stepwell:types@0.2.0`.
pub fn package(functions: &Functions) -> String {
    let mut text = format!("package {PACKAGE}@{VERSION};\n");
    for (service, names) in functions {
        // Writing to a text never fails.
        let _ = write!(text, "\ninterface {service} {{\n    use stepwell:types/types@0.2.0.{{call-error}};\n");
        for name in names {
            let _ = writeln!(text, "\n    %{name}: func(request: string) -> result<string, call-error>;");
        }
        text.push_str("}\n");
    }
    text
}

/// The operation behind a function.
pub fn operation<'a>(service: &'a Service, name: &str) -> Option<&'a Operation> {
    service.operations.iter().find(|operation| function(&operation.name) == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::Archive;

    #[test]
    fn every_operation_has_a_function_of_its_own() {
        let mut count = 0;
        for entry in Archive::shipped().services().expect("it is there") {
            let service = Archive::shipped().service(&entry.name).expect("it is there");
            let names: BTreeSet<_> = service.operations.iter().map(|operation| function(&operation.name)).collect();
            assert_eq!(names.len(), service.operations.len(), "{}", service.name);
            count += names.len();
        }
        assert!(count > 19_000, "{count}");
    }
}
