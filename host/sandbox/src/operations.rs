//! Imports of the generic interface: any operation of AWS, linked when a component imports it.
//!
//! All functions have one type, so one host function serves them all. What it calls is fixed when the component is
//! linked: the name of the import is the permission.

use serde_json::Value as Json;
use stepwell_aws::HostError;
use stepwell_aws::generic::Operation;
use stepwell_aws::wit::types::{CallError, CallErrorKind};
use stepwell_generic::archive::{Archive, ArchiveError};
use stepwell_generic::operation::gives_secret;
use stepwell_generic::wit::{self, PACKAGE, VERSION};
use stepwell_model::error::nearest;
use wasmtime::component::Linker;

use crate::contract::{Name, track};
use crate::error::LoadError;
use crate::state::State;

/// A function of the generic interface that a component imports.
pub(crate) struct ImportedOperation {
    /// The interface as the component names it, such as `stepwell:aws/dynamodb@0.1.0`.
    instance: String,
    function: String,
    pub(crate) operation: Operation,
}

/// Whether an import is of the generic interface.
pub(crate) fn is_generic(name: &Name<'_>) -> Result<bool, LoadError> {
    if name.package != PACKAGE {
        return Ok(false);
    }
    if track(name.version) == track(VERSION) {
        return Ok(true);
    }
    let Name { package, interface, version } = name;
    Err(LoadError::OtherContract {
        needs: format!("{package}/{interface}@{version}"),
        have: vec![format!("{PACKAGE}@{VERSION}")],
    })
}

/// The operation behind an imported function.
pub(crate) fn find(instance: &str, service: &str, function: &str) -> Result<ImportedOperation, LoadError> {
    let import = || format!("aws.{service}.{function}");
    let model = Archive::shipped().service(service).map_err(|error| match error {
        ArchiveError::Unknown { nearest, .. } => LoadError::UnknownImport {
            import: import(),
            known: nearest.into_iter().map(|name| wit::interface(&name)).collect(),
        },
        error => LoadError::NoModels { import: import(), error },
    })?;
    let names = || model.operations.iter().map(|operation| stepwell_generic::operation::function(&operation.name));
    let Some(of) = wit::operation(&model, function) else {
        let all: Vec<_> = names().collect();
        let known = nearest(function, all.iter().map(String::as_str)).map(str::to_owned).into_iter().collect();
        let (needs, have) = (instance.to_owned(), format!("{PACKAGE}@{VERSION}"));
        return Err(LoadError::UnknownFunction { function: import(), needs, have, known });
    };
    if let Some(refused) = of.refused {
        return Err(LoadError::Forbidden { import: import(), reason: refused.to_string() });
    }
    if gives_secret(&model, of) {
        let reason = "it answers with a secret, which no plugin may have".to_owned();
        return Err(LoadError::Forbidden { import: import(), reason });
    }
    let operation = Operation::new(&model, of);
    Ok(ImportedOperation { instance: instance.to_owned(), function: function.to_owned(), operation })
}

/// Links the operations that a component imports.
pub(crate) fn link(linker: &mut Linker<State>, imported: &[ImportedOperation]) -> wasmtime::Result<()> {
    for ImportedOperation { instance, function, operation } in imported {
        let operation = operation.clone();
        linker.instance(instance)?.func_wrap_async(function, move |mut store, (request,): (String,)| {
            let operation = operation.clone();
            Box::new(async move { Ok((answer(store.data_mut(), &operation, &request).await?,)) })
        })?;
    }
    Ok(())
}

async fn answer(
    state: &mut State,
    operation: &Operation,
    request: &str,
) -> wasmtime::Result<Result<String, CallError>> {
    let mut calls = state.calls();
    let answered = match read(request) {
        Ok(request) => calls.operation(operation, request).await,
        Err(reason) => Err(rejected(operation, reason)),
    };
    match answered {
        Ok(answer) => Ok(Ok(answer.to_string())),
        Err(HostError::Answer(error)) => Ok(Err(error)),
        Err(HostError::Trap(fault)) => Err(fault.into()),
    }
}

/// Bytes of a request. A value of JSON takes the host many times the room of its text.
const LARGEST_REQUEST: usize = 8 << 20;

/// The error names the place where the JSON breaks, and none of it: a plugin may have put anything there.
fn read(request: &str) -> Result<Json, String> {
    if request.len() > LARGEST_REQUEST {
        return Err(format!("the request has {} bytes, and may have 8 MiB", request.len()));
    }
    serde_json::from_str(request)
        .map_err(|error| format!("the request is no JSON, from line {} column {} on", error.line(), error.column()))
}

fn rejected(operation: &Operation, message: String) -> HostError {
    HostError::Answer(CallError {
        kind: CallErrorKind::Rejected,
        action: operation.row().action.to_string(),
        code: None,
        message,
        request_id: None,
    })
}
