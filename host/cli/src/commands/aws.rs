//! `stepwell aws services|operations|show|wit|call`.

use std::io::Read as _;
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, Subcommand};
use serde_json::{Map, Value as Json};
use stepwell_generic::archive::Archive;
use stepwell_generic::model::{Operation, Service};
use stepwell_generic::operation::function;
use stepwell_generic::wit;
use stepwell_home::CallRequest;
use stepwell_model::NextAction;
use stepwell_model::error::nearest;
use stepwell_model::job::{OperationName, Pages};

use crate::args::{Output, OutputArgs};
use crate::error::{CliError, Exit};
use crate::follow::{Follower, follow};
use crate::operator::open_home;
use crate::{out, render};

/// `stepwell aws …`.
#[derive(Debug, Subcommand)]
pub enum AwsCommand {
    /// List the services of AWS
    Services(ServicesArgs),
    /// List the operations of a service
    Operations(OperationsArgs),
    /// Show an operation: its request and answer, IAM actions, pages and waiters
    Show(ShowArgs),
    /// Print the WIT package with these operations, for a plugin that imports them
    Wit(WitArgs),
    /// Call an operation once, under the credentials and grants of the project; the run is journalled
    Call(CallArgs),
}

/// `stepwell aws services`.
#[derive(Debug, Args)]
pub struct ServicesArgs {
    #[command(flatten)]
    output: OutputArgs,
}

/// `stepwell aws operations`.
#[derive(Debug, Args)]
pub struct OperationsArgs {
    /// The service, under its name in the AWS CLI, such as `dynamodb`
    service: String,
    #[command(flatten)]
    output: OutputArgs,
}

/// `stepwell aws show`.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// The operation, such as `dynamodb/UpdateTable`
    #[arg(value_name = "SERVICE/OPERATION")]
    operation: String,
    #[command(flatten)]
    output: OutputArgs,
}

/// `stepwell aws wit`.
#[derive(Debug, Args)]
pub struct WitArgs {
    /// The operations, such as `dynamodb/DescribeTable`
    #[arg(value_name = "SERVICE/OPERATION", required = true)]
    operations: Vec<String>,
}

/// `stepwell aws call`.
#[derive(Debug, Args)]
pub struct CallArgs {
    /// The operation, such as `dynamodb/DescribeTable`
    #[arg(value_name = "SERVICE/OPERATION")]
    operation: String,
    /// A member of the request; repeat for more. JSON, or else text
    #[arg(long = "with", short = 'w', value_name = "NAME=VALUE", value_parser = parse_member)]
    with: Vec<(String, Json)>,
    /// A file with the request as a JSON object; `-` is standard input
    #[arg(long, value_name = "FILE", conflicts_with = "with")]
    request: Option<PathBuf>,
    /// Read all pages of a list
    #[arg(long)]
    all_pages: bool,
    /// The part of the answer to print (JMESPath)
    #[arg(long, value_name = "PATH")]
    select: Option<String>,
    /// Wait until this waiter of the service is content
    #[arg(long, value_name = "WAITER")]
    wait: Option<String>,
    /// Accept values that AWS's model does not list
    #[arg(long)]
    allow_unlisted: bool,
    /// The region
    #[arg(long, value_name = "REGION")]
    region: Option<String>,
    /// The directory of project.toml [default: the nearest one at or above the current directory]
    #[arg(long, value_name = "DIR")]
    project: Option<PathBuf>,
    /// Make no change: show the call instead of making it
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    output: OutputArgs,
}

impl AwsCommand {
    /// The format of a call's records; none for other commands.
    pub fn records_output(&self) -> Option<Output> {
        match self {
            Self::Call(args) => Some(args.output.output),
            _ => None,
        }
    }

    pub async fn carry_out(self) -> Result<Exit, CliError> {
        match self {
            Self::Services(args) => args.list(),
            Self::Operations(args) => args.list(),
            Self::Show(args) => args.show(),
            Self::Wit(args) => args.print(),
            Self::Call(args) => args.call().await,
        }
    }
}

impl ServicesArgs {
    fn list(&self) -> Result<Exit, CliError> {
        let services: Vec<_> = Archive::shipped().services().map_err(wrong)?.collect();
        match self.output.output {
            Output::Text => out::text(&render::aws::services(&services)),
            Output::Json => services.iter().for_each(|service| out::json(&render::aws::service_json(service))),
        }
        Ok(Exit::Succeeded)
    }
}

impl OperationsArgs {
    fn list(&self) -> Result<Exit, CliError> {
        let service = Archive::shipped().service(&self.service).map_err(wrong)?;
        match self.output.output {
            Output::Text => out::text(&render::aws::operations(&service)),
            Output::Json => service.operations.iter().for_each(|of| out::json(&render::aws::in_short(&service, of))),
        }
        Ok(Exit::Succeeded)
    }
}

impl ShowArgs {
    fn show(&self) -> Result<Exit, CliError> {
        let name = operation_name(&self.operation)?;
        let service = Archive::shipped().service(&name.service).map_err(wrong)?;
        let operation = find(&service, &name)?;
        self.output
            .output
            .print(|| render::aws::operation(&service, operation), || render::aws::operation_json(&service, operation));
        Ok(Exit::Succeeded)
    }
}

impl WitArgs {
    fn print(&self) -> Result<Exit, CliError> {
        let mut functions = wit::Functions::new();
        for text in &self.operations {
            let name = operation_name(text)?;
            let service = Archive::shipped().service(&name.service).map_err(wrong)?;
            let function = function(&find(&service, &name)?.name);
            functions.entry(name.service).or_default().insert(function);
        }
        out::text(&wit::package(&functions));
        Ok(Exit::Succeeded)
    }
}

impl CallArgs {
    async fn call(self) -> Result<Exit, CliError> {
        let home = open_home()?;
        let output = self.output.output;
        let call = CallRequest {
            name: operation_name(&self.operation)?,
            request: match &self.request {
                Some(file) => read_request(file)?,
                None => Json::Object(self.with.into_iter().collect::<Map<_, _>>()),
            },
            pages: if self.all_pages { Pages::All } else { Pages::First },
            select: self.select,
            wait: self.wait,
            allow_unlisted: self.allow_unlisted,
            region: self.region,
            project: self.project,
        };
        let planned = home.plan_call(&call).await?;
        let follower = match output {
            Output::Json => Follower::new(output, &planned.plan.titles(None)),
            Output::Text => Follower::with(Arc::new(render::aws::Answer)),
        };
        let watch = planned.start(self.dry_run, follower.observer()).await?;
        follow(home.engine().await?, watch, follower).await
    }
}

fn wrong(error: impl NextAction) -> CliError {
    CliError::new(Exit::Wrong, error.to_string(), error.because(), error.next())
}

fn operation_name(text: &str) -> Result<OperationName, CliError> {
    // As a job file writes it, too.
    let name = OperationName::parse(text.strip_prefix("aws:").unwrap_or(text));
    name.ok_or_else(|| {
        CliError::new(
            Exit::Wrong,
            "the operation has another form",
            "an operation is named by its service and its own name",
            "write it like `dynamodb/DescribeTable`; `stepwell aws services` and `stepwell aws operations` list them",
        )
    })
}

fn find<'a>(service: &'a Service, name: &OperationName) -> Result<&'a Operation, CliError> {
    let names = || service.operations.iter().map(|operation| operation.name.as_str());
    service.operation(&name.operation).ok_or_else(|| {
        let same = names().find(|known| known.eq_ignore_ascii_case(&name.operation));
        let next = match same.or_else(|| nearest(&name.operation, names())) {
            Some(meant) => format!("write `{}/{meant}`", service.name),
            None => format!("list them with `stepwell aws operations {}`", service.name),
        };
        CliError::new(
            Exit::Wrong,
            format!("`{}` has no operation `{}`", service.name, name.operation),
            format!("its model has {} operations and not this one", service.operations.len()),
            next,
        )
    })
}

fn parse_member(text: &str) -> Result<(String, Json), String> {
    let (name, value) = text.split_once('=').ok_or("write NAME=VALUE")?;
    let value = serde_json::from_str(value).unwrap_or_else(|_| Json::from(value));
    Ok((name.to_owned(), value))
}

/// Bytes of a request: more than AWS takes.
const LARGEST_REQUEST: u64 = 4 << 20;

fn read_request(file: &PathBuf) -> Result<Json, CliError> {
    let shown = render::printable(&file.display().to_string()).into_owned();
    let failed = |reason: String| {
        CliError::new(
            Exit::Wrong,
            format!("the request in `{shown}` cannot be read"),
            reason,
            "give a file with a JSON object, such as {\"TableName\": \"orders\"}",
        )
    };
    let mut text = String::new();
    let read = match file.as_os_str() == "-" {
        true => std::io::stdin().take(LARGEST_REQUEST).read_to_string(&mut text),
        false => std::fs::File::open(file).and_then(|file| file.take(LARGEST_REQUEST).read_to_string(&mut text)),
    };
    read.map_err(|error| failed(stepwell_model::error::last_cause(&error)))?;
    match serde_json::from_str(&text) {
        Ok(request @ Json::Object(_)) => Ok(request),
        Ok(_) => Err(failed("it is JSON, but no object".to_owned())),
        // The words of the parser could repeat a part of the request.
        Err(error) => Err(failed(format!("it is no JSON, from line {} column {} on", error.line(), error.column()))),
    }
}
