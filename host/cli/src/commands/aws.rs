//! `stepwell aws services|operations|show|wit|call`.

mod flags;
mod request;

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, Subcommand};
use serde_json::Value as Json;
use stepwell_generic::archive::Archive;
use stepwell_generic::model::{Operation, Service};
use stepwell_generic::operation::function;
use stepwell_generic::wit;
use stepwell_home::CallRequest;
use stepwell_model::NextAction;
use stepwell_model::error::nearest;
use stepwell_model::file::DurationText;
use stepwell_model::job::{OperationName, Pages};

use crate::args::{Extent, Output, OutputArgs};
use crate::error::{CliError, Exit};
use crate::follow::{Follower, follow};
use crate::operator::open_home;
use crate::render::aws::Answer;
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
    /// Only those that have this in one of their names, such as `dynamo` or `"step functions"`
    #[arg(value_name = "PART")]
    part: Option<String>,
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
    /// The number of levels of request and answer; `…` marks what lies deeper
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=20))]
    depth: u8,
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

const CALL_HELP: &str = "\
Example:
  stepwell aws call sqs/SendMessage --with QueueUrl=https://… --with MessageBody=12345

A change needs a grant in project.toml, which is in the current directory, above
it, or where --project says:
  [grants.\"aws\"]
  allow = [\"sqs:SendMessage\"]";

/// `stepwell aws call`.
#[derive(Debug, Args)]
#[command(after_help = CALL_HELP)]
pub struct CallArgs {
    /// The operation, such as `dynamodb/DescribeTable`
    #[arg(value_name = "SERVICE/OPERATION")]
    operation: String,
    /// A member of the request; repeat for more. Text, bytes (base64) and times are taken as they stand; write anything
    /// else as JSON, such as `Limit=5` or `'Names=["a", "b"]'`
    #[arg(long = "with", short = 'w', value_name = "NAME=VALUE", value_parser = request::member)]
    with: Vec<(String, String)>,
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
    /// The longest time that call and wait may take, such as `90s` or `1h30m`
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    timeout: Option<String>,
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
        let part = self.part.as_deref().unwrap_or_default();
        let services = Archive::shipped().services().map_err(wrong)?;
        let services: Vec<_> = services.filter(|service| service.is_named(part)).collect();
        if services.is_empty() {
            // The error has the nearest names.
            Archive::shipped().service(part).map_err(wrong)?;
        }
        match self.output.output {
            Output::Text => out::text(&render::aws::services(&services, out::width())),
            Output::Json => services.iter().for_each(|service| out::json(&render::aws::service_json(service))),
        }
        Ok(Exit::Succeeded)
    }
}

impl OperationsArgs {
    fn list(&self) -> Result<Exit, CliError> {
        let service = Archive::shipped().service(&self.service).map_err(wrong)?;
        match self.output.output {
            Output::Text => out::text(&render::aws::operations(&service, out::width())),
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
        let shown = render::aws::Shown { service: &service, operation, depth: self.depth.into() };
        self.output.output.print(|| shown.text(), || shown.json());
        Ok(Exit::Succeeded)
    }
}

impl WitArgs {
    fn print(&self) -> Result<Exit, CliError> {
        let mut functions = wit::Functions::new();
        for text in &self.operations {
            let name = operation_name(text)?;
            let service = Archive::shipped().service(&name.service).map_err(wrong)?;
            let function = function(&find_usable(&service, &name)?.name);
            functions.entry(name.service).or_default().insert(function);
        }
        out::text(&wit::package(&functions));
        Ok(Exit::Succeeded)
    }
}

impl CallArgs {
    async fn call(self) -> Result<Exit, CliError> {
        let output = self.output.output;
        let dry_run = self.dry_run;
        let call = self.request()?;
        let home = open_home()?;
        let in_flags = {
            let name = call.name.clone();
            move |text: &str| flags::in_flags(&name, text)
        };
        let planned = home.plan_call(&call).await.map_err(|error| CliError::from(error).in_words(&in_flags))?;
        let follower = match output {
            Output::Json => Follower::new(output, Extent::Full, &planned.plan.titles(None)),
            Output::Text => Follower::with(Arc::new(Answer::new(&call, in_flags))),
        };
        let watch = planned.start(dry_run, follower.observer()).await?;
        follow(home.engine().await?, watch, follower).await
    }

    /// The call, once the model has the operation and the types of its members are known.
    fn request(self) -> Result<CallRequest, CliError> {
        let name = operation_name(&self.operation)?;
        let service = Archive::shipped().service(&name.service).map_err(wrong)?;
        let operation = find(&service, &name)?;
        let request = match &self.request {
            Some(file) => request::of_file(file)?,
            None => request::of_members(&service, operation, self.with)?,
        };
        Ok(CallRequest {
            name,
            request,
            pages: if self.all_pages { Pages::All } else { Pages::First },
            select: self.select,
            wait: self.wait,
            timeout: self.timeout,
            allow_unlisted: self.allow_unlisted,
            region: self.region,
            project: self.project,
        })
    }
}

fn wrong(error: impl NextAction) -> CliError {
    CliError::explained(Exit::Wrong, &error)
}

/// Reads `SERVICE/Operation`, as a job file writes it, too. Only [`find`] knows whether AWS has it.
fn operation_name(text: &str) -> Result<OperationName, CliError> {
    match text.strip_prefix("aws:").unwrap_or(text).split_once('/') {
        Some((service, operation)) if !service.is_empty() && !operation.is_empty() => {
            Ok(OperationName { service: service.to_owned(), operation: operation.to_owned() })
        }
        _ => Err(CliError::new(
            Exit::Wrong,
            "the operation has another form",
            "an operation is named by its service and its own name",
            "write it like `dynamodb/DescribeTable`; `stepwell aws services` and `stepwell aws operations` list them",
        )),
    }
}

fn find<'a>(service: &'a Service, name: &OperationName) -> Result<&'a Operation, CliError> {
    let names = || service.operations.iter().map(|operation| operation.name.as_str());
    service.operation(&name.operation).ok_or_else(|| {
        // The AWS CLI writes `update-table`.
        let letters = name.operation.replace(['-', '_'], "");
        let same = names().find(|known| known.eq_ignore_ascii_case(&letters));
        let next = match same.or_else(|| nearest(&letters, names())) {
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

/// An operation that steps, calls and plugins can use.
fn find_usable<'a>(service: &'a Service, name: &OperationName) -> Result<&'a Operation, CliError> {
    let operation = find(service, name)?;
    match render::aws::refusal(service, operation) {
        Some(reason) => Err(CliError::new(
            Exit::Wrong,
            format!("`{}/{}` cannot be called", service.name, operation.name),
            reason,
            format!("choose one that `stepwell aws operations {}` does not mark as refused", service.name),
        )),
        None => Ok(operation),
    }
}

/// Checks a duration as a job file does, and leaves it text for the job.
fn duration(text: &str) -> Result<String, String> {
    serde_json::from_value::<DurationText>(Json::from(text)).map_err(|error| error.to_string())?;
    Ok(text.to_owned())
}
