//! The build driver: from a workspace of plugins to components that the host can load.
//!
//! A library that knows nothing of this repository but [`Repository`], so that the plugins of others can be built by it.

mod compile;
mod component;
mod debian;
mod environment;
mod error;
mod python;
#[cfg(test)]
mod shape;
mod sysroot;
mod toolchain;

use std::path::{Path, PathBuf};

pub use compile::{CoreModule, compile};
pub use component::{Component, Contract, imports};
pub use error::BuildError;
pub use python::PythonPlugin;
pub use toolchain::{Search, TARGET, Toolchain};

/// The folders of this repository that its own plugins are built in.
#[derive(Debug, Clone)]
pub struct Repository {
    root: PathBuf,
}

impl Repository {
    /// The repository with this root.
    #[must_use]
    pub fn new(root: PathBuf) -> Self {
        Self { root }
    }

    /// The contract.
    #[must_use]
    pub fn wit(&self) -> PathBuf {
        self.root.join("wit")
    }

    /// Where components go; those of test guests into `tests` below it.
    #[must_use]
    pub fn components(&self) -> PathBuf {
        self.root.join("plugins/target/components")
    }

    /// Builds the shipped plugins and the test guests.
    ///
    /// # Errors
    ///
    /// When there is no compiler for them, or one of them does not build or does not fit the contract.
    pub fn build(&self, search: Search<'_>) -> Result<Vec<Component>, BuildError> {
        let contract = Contract::read(&self.wit())?;
        let toolchain = search.toolchain()?;
        let mut modules = compile(&self.root.join("plugins/Cargo.toml"), &self.root, &toolchain)?;
        modules.sort_by_cached_key(|module| self.place(module));
        modules.iter().map(|module| contract.component(&module.name, &module.path, &self.place(module))).collect()
    }

    /// Builds the test guest in Python with the program `componentize-py`.
    ///
    /// # Errors
    ///
    /// When the program is missing or fails, or the guest does not fit the contract.
    pub fn build_python_guest(&self, componentize_py: &Path) -> Result<Component, BuildError> {
        let guest = PythonPlugin {
            name: "python".to_owned(),
            folder: self.root.join("tests/guests/python"),
            component: self.components().join("tests/python.wasm"),
        };
        guest.build(componentize_py, &self.wit())
    }

    fn place(&self, module: &CoreModule) -> PathBuf {
        let is_guest = module.manifest.starts_with(self.root.join("tests"));
        let folder = if is_guest { self.components().join("tests") } else { self.components() };
        folder.join(format!("{}.wasm", module.name))
    }
}

/// Where Stepwell keeps what it can make again: `cache` of `STEPWELL_HOME`, otherwise the user's cache folder.
#[must_use]
pub fn cache() -> PathBuf {
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    variable("STEPWELL_HOME")
        .map(|home| home.join("cache"))
        .or_else(|| variable("XDG_CACHE_HOME").map(|cache| cache.join("stepwell")))
        .or_else(|| std::env::home_dir().map(|home| home.join(".cache/stepwell")))
        .unwrap_or_else(|| Path::new("target/stepwell-cache").to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn imports_of(component: &str) -> Vec<String> {
        let path = Repository::new(crate::bindings::repository()).components().join(component);
        let bytes = std::fs::read(&path).unwrap_or_else(|_| panic!("no {}; run: cargo xtask plugins", path.display()));
        imports(&bytes).unwrap()
    }

    /// The import list is the permission list, so one function too many is a permission too many.
    #[test]
    fn the_shipped_plugins_import_exactly_what_they_need() {
        let power = |operation: &str| {
            vec![
                "clock.now".to_owned(),
                "ec2.describe-instances".to_owned(),
                operation.to_owned(),
                "log.line".to_owned(),
            ]
        };
        assert_eq!(imports_of("ec2_start.wasm"), power("ec2.start-instances"));
        assert_eq!(imports_of("ec2_stop.wasm"), power("ec2.stop-instances"));
        assert_eq!(
            imports_of("ec2_restart.wasm"),
            ["clock.now", "ec2.describe-instance-status", "ec2.reboot-instances", "log.line"]
        );
        assert_eq!(imports_of("ec2_delete.wasm"), power("ec2.terminate-instances"));
        assert_eq!(
            imports_of("ebs_create_snapshot.wasm"),
            [
                "clock.now",
                "credentials.describe",
                "ec2.create-snapshot",
                "ec2.describe-snapshots",
                "log.line",
                "log.link",
            ]
        );
        assert_eq!(
            imports_of("ec2_create_from_snapshot.wasm"),
            [
                "clock.now",
                "credentials.describe",
                "ec2.deregister-image",
                "ec2.describe-images",
                "ec2.describe-instances",
                "ec2.register-image",
                "ec2.run-instances",
                "log.line",
                "log.link",
            ]
        );
        assert_eq!(imports_of("vpc_flow_logs.wasm"), ["ec2.create-flow-logs", "log.line"]);
        assert_eq!(
            imports_of("vpc_peering.wasm"),
            [
                "clock.now",
                "credentials.describe",
                "ec2.accept-vpc-peering-connection",
                "ec2.create-vpc-peering-connection",
                "ec2.describe-vpc-peering-connections",
                "log.line",
            ]
        );
        assert_eq!(
            imports_of("aws_validate_credentials.wasm"),
            ["credentials.describe", "log.line", "log.pairs", "sts.get-caller-identity"]
        );
        assert_eq!(
            imports_of("athena_query.wasm"),
            [
                "athena.get-query-execution",
                "athena.get-query-results",
                "athena.start-query-execution",
                "athena.stop-query-execution",
                "clock.now",
                "credentials.describe",
                "log.line",
                "log.link",
                "log.pairs",
                "log.table",
            ]
        );
        let rows = ["credentials.describe", "log.line", "log.link", "log.pairs", "log.table"];
        let query = ["get-query-results", "start-query", "stop-query"];
        let logs = |functions: &[&str]| {
            let calls = functions.iter().map(|function| format!("cloudwatch-logs.{function}"));
            std::iter::once("clock.now".to_owned()).chain(calls).chain(rows.map(str::to_owned)).collect::<Vec<_>>()
        };
        assert_eq!(imports_of("cloudwatch_logs_query.wasm"), logs(&query));
        assert_eq!(
            imports_of("cloudwatch_logs_saved_query.wasm"),
            logs(&[&["describe-query-definitions"], &query[..]].concat())
        );
        assert_eq!(imports_of("cloudwatch_create_log_stream.wasm"), ["cloudwatch-logs.create-log-stream", "log.line"]);
        assert_eq!(imports_of("lambda_invoke.wasm"), ["credentials.describe", "lambda.invoke", "log.line", "log.link"]);
        assert_eq!(
            imports_of("lambda_custom_code.wasm"),
            [
                "clock.now",
                "lambda.create-function",
                "lambda.delete-function",
                "lambda.get-function",
                "lambda.invoke",
                "log.line",
            ]
        );
        assert_eq!(
            imports_of("ssm_run_command.wasm"),
            [
                "clock.now",
                "log.line",
                "log.table",
                "ssm.cancel-command",
                "ssm.get-command-invocation",
                "ssm.list-command-invocations",
                "ssm.list-commands",
                "ssm.send-command",
            ]
        );
        assert_eq!(imports_of("ssm_get_parameter.wasm"), ["log.line", "ssm.get-parameter"]);
        let database = |look: &str, calls: &[&str]| {
            let calls = calls.iter().map(|call| format!("rds.{call}"));
            let mut imports: Vec<String> = ["clock.now", "credentials.describe", "log.line", "log.link", look]
                .into_iter()
                .map(str::to_owned)
                .chain(calls)
                .collect();
            imports.sort();
            imports
        };
        let (instances, clusters) = ("rds.describe-db-instances", "rds.describe-db-clusters");
        assert_eq!(imports_of("rds_status.wasm"), ["credentials.describe", "log.line", "log.link", instances]);
        assert_eq!(imports_of("rds_instance_start.wasm"), database(instances, &["start-db-instance"]));
        assert_eq!(
            imports_of("rds_instance_stop.wasm"),
            database(instances, &["describe-db-snapshots", "stop-db-instance"])
        );
        assert_eq!(imports_of("rds_cluster_start.wasm"), database(clusters, &["start-db-cluster"]));
        assert_eq!(imports_of("rds_cluster_stop.wasm"), database(clusters, &["stop-db-cluster"]));
        assert_eq!(
            imports_of("rds_create_snapshot.wasm"),
            database("rds.describe-db-snapshots", &["create-db-snapshot"])
        );
        assert_eq!(
            imports_of("ecs_stopped_tasks.wasm"),
            [
                "clock.now",
                "credentials.describe",
                "ecs.describe-tasks",
                "ecs.list-tasks",
                "log.line",
                "log.link",
                "log.table",
            ]
        );
        assert_eq!(
            imports_of("ecs_stop_task.wasm"),
            ["clock.now", "credentials.describe", "ecs.describe-tasks", "ecs.stop-task", "log.line", "log.link"]
        );
        assert_eq!(
            imports_of("elb_unhealthy_targets.wasm"),
            [
                "credentials.describe",
                "elbv2.describe-load-balancers",
                "elbv2.describe-target-groups",
                "elbv2.describe-target-health",
                "log.line",
                "log.link",
                "log.table",
            ]
        );
        assert_eq!(
            imports_of("asg_update.wasm"),
            [
                "autoscaling.describe-auto-scaling-groups",
                "autoscaling.update-auto-scaling-group",
                "clock.now",
                "credentials.describe",
                "log.line",
                "log.link",
            ]
        );
    }

    #[test]
    fn the_plugins_of_s3_import_exactly_what_they_need() {
        assert_eq!(
            imports_of("s3_copy.wasm"),
            [
                "files.list-files",
                "files.stat",
                "log.line",
                "s3.copy-objects",
                "s3.download-files",
                "s3.head-object",
                "s3.list-objects-v2",
                "s3.upload-files",
            ]
        );
        assert_eq!(
            imports_of("s3_move.wasm"),
            [
                "files.list-files",
                "files.remove-files",
                "files.stat",
                "log.line",
                "s3.copy-objects",
                "s3.delete-objects",
                "s3.download-files",
                "s3.head-object",
                "s3.list-objects-v2",
                "s3.upload-files",
            ]
        );
        assert_eq!(
            imports_of("s3_sync.wasm"),
            [
                "files.list-files",
                "files.remove-files",
                "log.line",
                "s3.copy-objects",
                "s3.delete-objects",
                "s3.download-files",
                "s3.list-objects-v2",
                "s3.upload-files",
            ]
        );
        assert_eq!(imports_of("s3_list.wasm"), ["log.line", "s3.list-buckets", "s3.list-objects-v2"]);
        assert_eq!(imports_of("s3_remove.wasm"), ["log.line", "s3.delete-objects", "s3.list-objects-v2"]);
        assert_eq!(imports_of("s3_create_bucket.wasm"), ["log.line", "s3.create-bucket"]);
        assert_eq!(
            imports_of("s3_delete_bucket.wasm"),
            ["log.line", "s3.delete-bucket", "s3.delete-objects", "s3.list-objects-v2"]
        );
    }

    #[test]
    fn a_plugin_that_needs_nothing_imports_nothing() {
        assert!(imports_of("tests/noop.wasm").is_empty());
    }
}
