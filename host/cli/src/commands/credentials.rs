//! `stepwell credentials show|validate|trust`.

use std::path::Path;

use stepwell_aws::{Owner, RunAws, Secrets};
use stepwell_model::credentials::StepCredentials;
use stepwell_model::grant::Grants;
use stepwell_model::id::StepPath;
use stepwell_model::plan::{self, PluginCall};
use stepwell_model::settings::{Level, RegionName, Setting};

use crate::args::{CredentialsCommand, JobArgs, Output, WhoseArgs};
use crate::error::{CliError, Exit};
use crate::setup::{Home, ProjectDir};
use crate::{out, render, setup};

/// Carries the command out.
pub async fn credentials(command: CredentialsCommand) -> Result<Exit, CliError> {
    match command {
        CredentialsCommand::Show { whose, output } => show(&whose, output.output).await,
        CredentialsCommand::Validate { whose, output } => validate(&whose, output.output).await,
        CredentialsCommand::Trust { project, rotate, output } => trust(project.as_deref(), rotate, output.output).await,
    }
}

/// Credentials that were asked for, and by whom they are used.
pub struct Used {
    /// The step; none when no job was named.
    pub step: Option<String>,
    pub credentials: StepCredentials,
    pub region: Option<Setting<RegionName>>,
    /// What the step may call.
    pub grants: Option<Grants>,
}

async fn show(whose: &WhoseArgs, output: Output) -> Result<Exit, CliError> {
    let (used, aws) = find(whose).await?;
    for used in &used {
        let source = aws.source(&used.credentials).await;
        match output {
            Output::Text => out::text(&render::credentials::text(used, source.as_ref())),
            Output::Json => out::json(&render::credentials::json(used, source.as_ref())),
        }
    }
    Ok(Exit::Succeeded)
}

async fn validate(whose: &WhoseArgs, output: Output) -> Result<Exit, CliError> {
    let (used, aws) = find(whose).await?;
    for used in &used {
        let region = used.region.as_ref().map(|region| region.value.as_str());
        let caller = aws.caller(&used.credentials, used.grants.as_ref(), region).await?;
        match output {
            Output::Text => out::text(&render::credentials::caller(used, &caller)),
            Output::Json => out::json(&render::credentials::caller_json(used, &caller)),
        }
    }
    Ok(Exit::Succeeded)
}

/// What the arguments mean, and a way to AWS for it.
async fn find(whose: &WhoseArgs) -> Result<(Vec<Used>, RunAws), CliError> {
    let Some(job) = &whose.job else {
        let home = Home::open()?;
        let project = ProjectDir::of(whose.project.as_deref(), Path::new("./here"))?;
        let settings = project.as_ref().map(|project| &project.project);
        let credentials = plan::below_jobs(&home.system.settings, settings.map(|project| &project.settings))?;
        plan::check_allowed(&home.system.settings, &credentials)?;
        let used = Used {
            step: None,
            credentials,
            region: plan::region_below_jobs(&home.system.settings, settings),
            grants: None,
        };
        return Ok((vec![used], home.access(project.as_ref())?));
    };
    let args = JobArgs { file: job.clone(), options: Vec::new(), project: whose.project.clone() };
    let planned = setup::plan(&args, false).await?;
    let calls = planned.plan.plugin_calls();
    let is_meant = |(path, ..): &&(StepPath, _, _)| whose.step.as_ref().is_none_or(|id| path.as_str() == id);
    let used: Vec<_> = calls.iter().filter(is_meant).map(|(path, _, call)| Used::by(path, call)).collect();
    if let (Some(step), true) = (&whose.step, used.is_empty()) {
        let known = calls.into_iter().map(|(path, ..)| path).collect();
        return Err(CliError::NoStep { job: planned.plan.job.clone(), step: step.clone(), known });
    }
    let (_, aws) = planned.access(Secrets::default())?;
    Ok((used, aws))
}

impl Used {
    fn by(step: &StepPath, call: &PluginCall) -> Self {
        Self {
            step: Some(step.to_string()),
            credentials: call.credentials.clone(),
            region: call.region.clone(),
            grants: Some(call.grants.clone()),
        }
    }
}

async fn trust(project: Option<&Path>, rotate: bool, output: Output) -> Result<Exit, CliError> {
    let home = Home::open()?;
    let project = ProjectDir::of(project, Path::new("./here"))?;
    let settings = project.as_ref().map(|project| &project.project);
    let own = plan::below_jobs(&home.system.settings, settings.map(|project| &project.settings))?;
    plan::check_allowed(&home.system.settings, &own)?;
    let region = plan::region_below_jobs(&home.system.settings, settings);
    // Whoever assumes the level's first role is whom the role has to trust.
    let level = if project.is_some() { Level::Project } else { Level::System };
    let before = own.assume_role.iter().take_while(|role| role.from < level).cloned().collect();
    let principal = StepCredentials { assume_role: before, ..own.clone() };
    let region = region.as_ref().map(|region| region.value.as_str());
    let caller = home.access(project.as_ref())?.caller(&principal, None, region).await?;
    let aws = home.aws();
    let owner = match &project {
        Some(project) => Owner::Project(project.identity()?.1),
        None => Owner::System,
    };
    let level = if rotate { aws.trust().rotate(&owner)? } else { aws.trust().level(&owner)? };
    let shown = render::credentials::Trusted { caller: &caller, level: &level, session_tags: own.session_tags };
    match output {
        Output::Text => out::text(&shown.text()),
        Output::Json => out::json(&shown.json()),
    }
    Ok(Exit::Succeeded)
}
