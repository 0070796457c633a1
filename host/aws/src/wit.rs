//! The host's side of `wit/`: the types and traits that wasmtime generates for the world `plugin`. Generated once,
//! for the whole workspace, and here rather than in `stepwell-sandbox`: the service files implement these traits, and
//! the sandbox, which depends on this crate, links them and calls the exports.
//!
//! Nothing is written by hand in this module.

wasmtime::component::bindgen!({
    path: "../../wit",
    world: "plugin",
    imports: { default: async | trappable },
    exports: { default: async },
    additional_derives: [serde::Serialize, serde::Deserialize],
    trappable_error_type: {
        "stepwell:step/types.call-error" => crate::HostError,
        "stepwell:step/files.file-error" => crate::FileFault,
    },
});
