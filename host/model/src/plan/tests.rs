use serde_json::json;

use super::*;
use crate::action::{Repeat, ec2, operation as aws_operation, s3};
use crate::error::NextAction;
use crate::expression::Scope;
use crate::grant::{GrantSection, Reason};
use crate::id::Digest;
use crate::job::{Job, JobError};
use crate::plugin::{Description, Extra, ImportedFunction, Imports, Kind, Origin};
use crate::policy::{partition, policy};
use crate::schema::SECRET_TO;
use crate::settings::{Level, Project, SettingsError, System};

mod blank;
mod chosen;
mod credentials;
mod language;
mod requests;
mod secrets;
mod sub_jobs;

/// A plugin that imports two calls: to start and to describe instances.
fn plugin(name: &str, origin: Origin) -> Plugin {
    let import = |function: &str| ImportedFunction::typed("ec2", function);
    Plugin {
        name: name.parse().expect("valid"),
        origin,
        path: None,
        digest: Digest([7; 32]),
        size: 1,
        description: Description {
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            summary: String::new(),
            kinds: vec![Kind::WorkflowStep],
            config_schema: json!({
                "type": "object",
                "properties": { "instance_id": { "type": "string", "pattern": "^i-" }, "count": { "type": "integer" } },
                "required": ["instance_id"],
                "additionalProperties": false,
            })
            .into(),
            outputs_schema: json!({ "type": "object", "properties": { "current_state": { "type": "string" } } }).into(),
            extra: Extra::default(),
        },
        imports: Imports { functions: vec![import("describe-instances"), import("start-instances")], wasi: Vec::new() },
    }
}

struct Case {
    job: String,
    /// The jobs that it may use.
    jobs: Vec<String>,
    system: &'static str,
    project: Option<&'static str>,
    /// The current `stepwell.toml`, when it differs from the one at the beginning of the run.
    now: Option<&'static str>,
    origin: Origin,
    options: &'static [(&'static str, &'static str)],
}

const HEAD: &str = "name = \"job\"\n[options.id]\nrequired = true\npattern = \"i-[0-9a-f]+\"\n[options.note]\n";

impl Case {
    /// One step with this configuration, of a shipped plugin.
    fn step(with: &str) -> Self {
        Self::steps(&[with])
    }

    /// Steps `s1`, `s2`, … with these configurations.
    fn steps(with: &[&str]) -> Self {
        let step = |(number, with): (usize, &&str)| {
            format!("[[steps]]\nid = \"s{number}\"\nuses = \"start\"\nwith = {with}\n")
        };
        let steps: String = (1..).zip(with).map(step).collect();
        let job = format!("{HEAD}{steps}");
        Self::job(job)
    }

    fn job(job: impl Into<String>) -> Self {
        let job = job.into();
        Self {
            job,
            jobs: Vec::new(),
            system: "",
            project: None,
            now: None,
            origin: Origin::Shipped,
            options: &[("id", "i-1")],
        }
    }

    fn plan(&self) -> Result<Plan, PlanError> {
        self.plan_with(plugin("start", self.origin))
    }

    fn plan_with(&self, plugin: Plugin) -> Result<Plan, PlanError> {
        self.plan_with_all([plugin])
    }

    fn plan_with_all(&self, plugins: impl IntoIterator<Item = Plugin>) -> Result<Plan, PlanError> {
        let job = Job::read(Source::new("job.toml", self.job.as_str())).expect("the job is readable");
        let jobs = self.jobs.iter().map(|text| {
            let job = Job::read(Source::new("sub.toml", text.as_str())).expect("the job is readable");
            (job.name.clone(), job)
        });
        let system = System::read(Source::new("stepwell.toml", self.system)).expect("readable");
        let project = self.project.map(|text| {
            Project::read(Source::new("project.toml", format!("name = \"web\"\n{text}"))).expect("readable")
        });
        let now = self.now.map(|text| System::read(Source::new("stepwell.toml", text)).expect("readable"));
        let mut options = GivenOptions::new();
        for (name, value) in self.options {
            options.entry((*name).to_owned()).or_default().push((*value).to_owned());
        }
        Plan::new(Basis {
            job: &job,
            jobs: &jobs.collect(),
            system: &system.settings,
            project: project.as_ref(),
            authority: now.as_ref().map(|now| (&now.settings, project.as_ref().map(|project| &project.settings))),
            plugins: &plugins.into_iter().map(|plugin| (plugin.name.clone(), plugin)).collect(),
            plugin_names: &[],
            operations: &NoOperations,
            options: &options,
            nonce: "0123456789abcdef",
            complete: true,
        })
    }

    fn error(&self) -> PlanError {
        self.plan().map(|plan| plan.job).expect_err("the job cannot run")
    }
}

#[test]
fn a_plan_has_every_default_and_says_where_settings_come_from() {
    let plan = Case {
        system: "[aws]\nregion = \"us-east-1\"",
        project: Some("[aws]\nregion = \"eu-west-1\""),
        ..Case::step("{ instance_id = \"${options.id}\" }")
    };
    let plan = plan.plan().expect("it is a good job");
    let step = &plan.steps[0];
    let call = step.call().expect("it uses a plugin");
    assert_eq!(call.config, Some(json!({ "instance_id": "i-1" })));
    assert_eq!(step.timeout, Setting { value: DEFAULT_TIMEOUT, from: Level::Default });
    assert_eq!(
        call.region.as_ref().map(|region| (region.value.to_string(), region.from)),
        Some(("eu-west-1".to_owned(), Level::Project))
    );
}

#[test]
fn options_must_be_known_given_and_match() {
    let case = |options| Case { options, ..Case::step("{ instance_id = \"${options.id}\" }") };
    assert!(matches!(case(&[]).error(), PlanError::MissingOption { place, .. } if place.line == 2));
    assert!(matches!(case(&[("id", "")]).error(), PlanError::MissingOption { .. }));
    assert!(matches!(case(&[("id", "i-1; rm")]).error(), PlanError::OptionValue { place, .. } if place.line == 4));
    let unknown = case(&[("id", "i-1"), ("idd", "x")]).error();
    assert_eq!(unknown.next(), "write --option id=…");
}

#[test]
fn a_wrong_configuration_is_found_at_its_line_and_column() {
    let error = Case::step("{ instance_id = \"i-1\", cuont = 1 }").error();
    assert!(matches!(&error, PlanError::Config { place, .. } if (place.line, place.column) == (9, 39)), "{error:?}");
    assert_eq!(error.next(), "write `count` instead of `cuont`");
    for wrong in ["{ }", "{ instance_id = 1 }", "{ instance_id = \"x-1\" }", "{ instance_id = \"x${options.id}\" }"] {
        assert!(matches!(Case::step(wrong).error(), PlanError::Config { .. }), "{wrong}");
    }
    assert!(matches!(Case::step("\"i-1\"").error(), PlanError::ConfigNotATable { .. }));
}

#[test]
fn what_only_the_run_knows_is_not_judged_before_it() {
    let later = "{ instance_id = \"${steps.s1.outputs.current_state}\" }";
    let plan = Case::steps(&["{ instance_id = \"i-1\" }", later]).plan().expect("it may be a good job");
    assert_eq!(plan.steps[1].call().expect("it uses a plugin").config, None);
    let mut scope = Scope::default();
    scope.set("steps", json!({ "s1": { "outputs": { "current_state": "running" } } }));
    let given = plan.steps[1].given(&plan.source, &scope).expect("it has a value");
    let error = plan.steps[1].accept(given, &plan, &[]).expect_err("`running` is no instance id");
    assert!(matches!(error, PlanError::Config { .. }), "{error:?}");
}

#[test]
fn an_unknown_name_is_found_before_the_run() {
    let cases = [
        ("${options.idd}", "write `id` instead of `idd`"),
        ("${optoins.id}", "write `options` instead of `optoins`"),
        ("${job.nmae}", "write `name` instead of `nmae`"),
        ("${steps.s0.outputs.current_state}", "use one of the valid names"),
    ];
    for (expression, next) in cases {
        let error = Case::step(&format!("{{ instance_id = \"{expression}\" }}")).error();
        assert!(matches!(&error, PlanError::UnknownName { place, .. } if place.line == 9), "{error:?}");
        assert_eq!(error.next(), next, "{expression}");
    }
    let outputs = "{ instance_id = \"${steps.s1.outputs.curent_state}\" }";
    let error = Case::steps(&["{ instance_id = \"i-1\" }", outputs]).error();
    assert_eq!(error.next(), "write `current_state` instead of `curent_state`");
    let itself = Case::step("{ instance_id = \"${steps.s1.outputs.current_state}\" }").error();
    assert!(matches!(itself, PlanError::NotYetRun { .. }), "{itself:?}");
    let broken = Case::step("{ instance_id = \"${options.}\" }").error();
    assert!(matches!(broken, PlanError::Expression { .. }), "{broken:?}");
}

#[test]
fn an_unknown_plugin_is_found_where_it_is_named() {
    let mut case = Case::step("{}");
    case.job = case.job.replace("uses = \"start\"", "uses = \"strat\"");
    assert!(matches!(case.error(), PlanError::UnknownPlugin { place, .. } if (place.line, place.column) == (8, 8)));
}

const GOOD: &str = "{ instance_id = \"i-1\" }";
const BOTH: &str = "[grants.start]\nallow = [\"ec2:StartInstances\", \"ec2:Describe*\"]";

fn granted(origin: Origin, system: &'static str, project: Option<&'static str>) -> Result<Plan, PlanError> {
    Case { origin, system, project, ..Case::step(GOOD) }.plan()
}

#[test]
fn a_plugin_that_does_not_ship_needs_a_grant() {
    assert!(granted(Origin::Shipped, "", None).is_ok());
    assert!(granted(Origin::Home, BOTH, None).is_ok());
    assert!(granted(Origin::Project, "", Some(BOTH)).is_ok());
    for (origin, system, project) in [
        (Origin::Home, "", None),
        (Origin::Project, "", Some("")),
        // The operator's grant for their own plugin of that name does not apply to the project's plugin.
        (Origin::Project, BOTH, Some("")),
        (Origin::Home, "", Some(BOTH)),
        (Origin::Shipped, "[grants.start]\nallow = []", None),
    ] {
        assert!(matches!(granted(origin, system, project), Err(PlanError::Denied { .. })), "{origin:?}");
    }
}

#[test]
fn authority_is_the_intersection_of_all_levels() {
    let start = "[grants.start]\nallow = [\"ec2:StartInstances\"]";
    let everything = "[grants.\"*\"]\nallow = [\"*\"]";
    for (origin, system, project) in [
        (Origin::Project, start, Some(BOTH)),
        (Origin::Project, BOTH, Some(start)),
        (Origin::Home, start, Some(everything)),
        (Origin::Shipped, start, None),
        (Origin::Shipped, "[grants.\"*\"]\ndeny = [\"ec2:describeinstances\"]", Some(everything)),
    ] {
        let refused = granted(origin, system, project).map(|plan| plan.job).expect_err("not by all");
        assert!(
            matches!(&refused, PlanError::Denied(denied) if denied.refusals().any(|denied| denied.action.as_str() == "ec2:DescribeInstances"))
        );
    }
}

#[test]
fn directories_are_lent_as_the_files_say_now() {
    let (site, data) = ("[directories.site]\npath = \"public\"", "[directories.data]\npath = \"/srv\"\nwrite = true");
    let names = |case: &Case| -> Vec<String> {
        let plan = case.plan().expect("it is a good job");
        let call = plan.steps[0].call().expect("it uses a plugin");
        call.directories.iter().map(|(name, _)| name.to_string()).collect()
    };
    let project = Some("[directories.data]\npath = \"srv\"");
    let case = Case { system: site, project, ..Case::step("{ instance_id = \"${options.id}\" }") };
    assert_eq!(names(&case), ["data", "site"]);
    assert_eq!(names(&Case { now: Some(""), ..case }), ["data"]);
    let twice = Case { now: Some(data), project, ..Case::step("{}") };
    assert!(matches!(twice.error(), PlanError::Settings(SettingsError::DirectoryTwice { .. })));
}

#[test]
fn a_refusal_shows_the_grant_and_the_line_that_would_allow_it() {
    let start = Some("[grants.start]\nallow = [\"ec2:StartInstances\"]");
    let refused = granted(Origin::Project, "", start).map(|plan| plan.job).expect_err("not granted");
    assert_eq!(
        refused.explain(),
        "error: step `s1` may not call `ec2:DescribeInstances`\n\
         because: plugin `start` is granted only `ec2:StartInstances` (project.toml:2:9)\n\
         next: add \"ec2:DescribeInstances\" to [grants.\"start\"] allow in project.toml if this plugin should have it, \
         or run the plugin without it: deny = [\"ec2:DescribeInstances\"]"
    );
}

#[test]
fn a_refusal_tells_all_missing_actions_of_all_steps_once() {
    let case = Case { origin: Origin::Project, project: Some(""), ..Case::steps(&[GOOD, GOOD]) };
    assert_eq!(
        case.error().explain(),
        "error: steps `s1`, `s2` may not call `ec2:DescribeInstances`, `ec2:StartInstances`\n\
         because: plugin `start` does not ship with Stepwell, so it needs a grant\n\
         next: add [grants.\"start\"] with allow = [\"ec2:DescribeInstances\", \"ec2:StartInstances\"] to project.toml \
         if this plugin should have them, or run the plugin without them: \
         deny = [\"ec2:DescribeInstances\", \"ec2:StartInstances\"]"
    );
    let denied = "[grants.\"*\"]\ndeny = [\"ec2:StartInstances\"]\n[grants.start]\nallow = []";
    let both = Case { system: denied, ..Case::step(GOOD) }.error();
    let [because, next] = [both.because(), both.next()];
    assert!(because.contains(" is granted only ") && because.contains("; it is denied to every plugin ("), "{because}");
    assert!(next.starts_with("add \"ec2:DescribeInstances\" to ") && next.contains("; use a job that "), "{next}");
}

#[test]
fn a_request_that_names_a_role_where_the_plan_saw_none_is_denied() {
    let row = |passes_role| {
        let of = aws_operation::Operation {
            interface: "events",
            function: "put-rule",
            service: "EventBridge",
            operation: "PutRule",
            action: "events:PutRule",
            also: &[],
            repeat: Repeat::Once,
            passes_role,
        };
        aws_operation::row(&of).row()
    };
    let imports = Imports { functions: vec![ImportedFunction::operation(row(false))], wasi: Vec::new() };
    let plugin = Plugin { imports, ..plugin("put", Origin::Shipped) };
    let grants = Grants::decide(&plugin, &GrantSection::default(), None);
    assert!(grants.permit(row(false)).is_ok());
    let denied = grants.permit(row(true)).map(drop).expect_err("the plan did not decide on the role");
    assert_eq!((denied.action.as_str(), denied.reason), ("iam:PassRole", Reason::NotImported));
}

#[test]
fn a_plugin_that_calls_an_action_unneeded_does_not_get_it() {
    let functions = [("s3", "upload-files-with"), ("ec2", "stop-instances")];
    let import = |(interface, function): (&str, &str)| ImportedFunction::typed(interface, function);
    let imports = Imports { functions: functions.map(import).to_vec(), wasi: Vec::new() };
    let home = Plugin { imports, ..plugin("put", Origin::Home) };
    let said = [s3::PUT_OBJECT_ACL, ec2::STOP_INSTANCES.row().action, s3::UPLOAD_FILES_WITH.row().action];
    let unneeded = |plugin: &Plugin| Grants::decide(plugin, &GrantSection::default(), None).without(said.into());
    let [upload, stop] = [s3::UPLOAD_FILES_WITH.row(), ec2::STOP_INSTANCES.row()];
    // Only what a function checks itself can be unneeded.
    let undecided: Vec<_> = unneeded(&home).undecided().map(|denied| denied.action.as_str()).collect();
    assert!(undecided.contains(&"ec2:StopInstances") && undecided.contains(&"s3:PutObject"), "{undecided:?}");
    assert!(!undecided.contains(&"s3:PutObjectAcl"), "{undecided:?}");
    assert!(unneeded(&home).permit(stop).is_err() && unneeded(&home).permit(upload).is_err());
    let shipped = unneeded(&Plugin { origin: Origin::Shipped, ..home });
    assert!(shipped.permit(upload).is_ok());
    assert_eq!(shipped.check(s3::PUT_OBJECT_ACL).map_err(|denied| denied.reason), Err(Reason::NotNeeded));
    assert!(shipped.check(s3::KEY_ACTIONS[0]).is_ok());
}

#[test]
fn a_mistake_of_a_later_step_is_told_before_the_grants() {
    let case = Case { origin: Origin::Project, project: Some(""), ..Case::steps(&[GOOD, "{ instance_id = 1 }"]) };
    assert!(matches!(case.error(), PlanError::Config { .. }));
}

#[test]
fn the_default_chain_can_be_kept_from_all_that_needs_credentials() {
    let case = Case { system: "[aws]\nallow_default_chain = false", ..Case::step(GOOD) };
    let with = |imports: &[(&str, &str)]| {
        let import = |(interface, function): &(&str, &str)| ImportedFunction::typed(interface, function);
        let functions = imports.iter().map(import).collect();
        case.plan_with(Plugin { imports: Imports { functions, wasi: Vec::new() }, ..plugin("start", case.origin) })
    };
    for needs in [("ec2", "start-instances"), ("sts", "get-caller-identity"), ("credentials", "describe")] {
        assert!(matches!(with(&[("log", "line"), needs]), Err(PlanError::Credentials(_))), "{needs:?}");
    }
    assert!(with(&[("log", "line"), ("clock", "now")]).is_ok());
}

#[test]
fn what_is_withheld_knowingly_does_not_stop_the_plan_and_is_not_permitted() {
    let project = "[grants.start]\nallow = [\"ec2:*\"]\ndeny = [\"ec2:StartInstances\"]";
    let system = "[grants.\"*\"]\ndeny = [\"ec2:StartInstances\"]";
    assert!(granted(Origin::Project, system, Some(project)).is_ok(), "it is known to go without");
    let plan = granted(Origin::Project, "", Some(project)).expect("the operator knows");
    let grants = &plan.steps[0].call().expect("it uses a plugin").grants;
    assert_eq!(grants.withheld().map(|action| action.as_str()).collect::<Vec<_>>(), ["ec2:StartInstances"]);
    let reason = |row| grants.permit(row).expect_err("it is not granted").reason;
    assert!(matches!(reason(ec2::START_INSTANCES.row()), Reason::Withheld { .. }));
    assert_eq!(reason(ec2::STOP_INSTANCES.row()), Reason::NotImported);
    assert!(grants.permit(ec2::DESCRIBE_INSTANCES.row()).is_ok());
}

/// The policy of a plan, for calls in the partition `aws` where no file tells another.
fn own_policy(plan: &Plan) -> Json {
    let calls = plan.plugin_calls();
    policy(plan, &calls.iter().map(|(.., call)| partition(call).unwrap_or("aws")).collect())
}

#[test]
fn a_region_is_evaluated_in_the_plan_where_its_names_are_known_and_otherwise_in_the_run() {
    let planned = |region: &str, more: &str| {
        let step =
            format!("[[steps]]\nid = \"s1\"\nuses = \"start\"\nwith = {GOOD}\naws = {{ region = \"{region}\" }}");
        let job =
            Case { options: &[("id", "i-1"), ("note", "eu-west-1")], ..Case::job(format!("{HEAD}{step}\n{more}")) };
        job.plan().map_err(|error| error.to_string())
    };
    let region = |plan: &Plan| plan.steps[0].call().and_then(|call| call.region.clone()).expect("it has one").value;
    let known = planned("${options.note}", "").expect("good");
    assert_eq!(region(&known), Region::Named("eu-west-1".parse().expect("valid")));
    let open = planned("${item}", "for_each = [\"us-east-1\", \"nowhere/\"]").expect("good");
    assert_eq!(region(&open).to_string(), "${item}");
    let of = |item: &str| {
        let mut scope = Scope::default();
        scope.set("item", json!(item));
        let region = open.steps[0].region(&open.source, &scope).map_err(|error| error.to_string())?;
        Ok::<_, String>(region.map(String::from))
    };
    assert_eq!(of("us-east-1"), Ok(Some("us-east-1".to_owned())));
    let refused = |value: &str| format!("the region of step `s1` is \"{value}\", which is not a valid AWS region");
    assert_eq!(of("nowhere/"), Err(refused("nowhere/")));
    assert_eq!(planned("${options.id}/", "").map(|plan| plan.job), Err(refused("i-1/")));
    assert_eq!(
        planned("${options.x}", "").map(|plan| plan.job),
        Err("step `s1` reads `options.x`, which does not exist".to_owned())
    );
}

#[test]
fn the_region_of_a_job_is_the_same_for_all_its_steps() {
    let job = |region: &str| {
        let step = format!("[[steps]]\nid = \"s2\"\nuses = \"start\"\nwith = {GOOD}\n");
        let steps = format!("{step}{}", step.replace("s2", "s3"));
        Case {
            options: &[("id", "i-1"), ("note", "eu-west-1")],
            ..Case::job(format!("{HEAD}[aws]\nregion = \"{region}\"\n{steps}"))
        }
    };
    let plan = job("eu-${options.note|replace('eu-', '')}").plan().expect("good");
    for step in &plan.steps {
        let setting = step.call().and_then(|call| call.region.clone()).expect("it has one");
        assert_eq!((setting.value.to_string().as_str(), setting.from), ("eu-west-1", Level::Job));
    }
    assert!(matches!(job("${steps.s2.outputs.current_state}").error(), PlanError::NotYetRun { .. }));
}

#[test]
fn the_partition_of_a_policy_is_that_of_the_role_that_signs_or_of_the_region() {
    const ROLE: &str = "[[aws.credentials.assume_role]]\nrole_arn = \"arn:aws-us-gov:iam::123456789012:role/a\"";
    for (project, expected) in
        [("[aws]\nregion = \"cn-north-1\"", Some("aws-cn")), (ROLE, Some("aws-us-gov")), ("", None)]
    {
        let plan = Case { project: Some(project), ..Case::step(GOOD) }.plan().expect("good");
        assert_eq!(partition(plan.steps[0].call().expect("it uses a plugin")), expected, "{project}");
    }
}

#[test]
fn the_policy_holds_exactly_what_the_plugins_can_call() {
    let plan = Case { project: Some("[aws]\nregion = \"cn-north-1\""), ..Case::step(GOOD) }.plan().expect("good");
    assert_eq!(
        own_policy(&plan),
        json!({
            "Version": "2012-10-17",
            "Statement": [
                { "Effect": "Allow", "Action": ["ec2:DescribeInstances"], "Resource": "*" },
                { "Effect": "Allow", "Action": ["ec2:StartInstances"], "Resource": "arn:aws-cn:ec2:*:*:instance/i-1" },
            ],
        })
    );
}

#[test]
fn a_role_may_only_be_passed_on_to_the_services_that_ask_for_it() {
    let functions = [("ec2", "run-instances"), ("lambda", "create-function")];
    let import = |(interface, function): (&str, &str)| ImportedFunction::typed(interface, function);
    let imports = Imports { functions: functions.map(import).to_vec(), wasi: Vec::new() };
    for (project, roles, services) in [
        (
            "[aws]\nregion = \"eu-central-1\"",
            "arn:aws:iam::*:role/*",
            json!(["ec2.amazonaws.com", "lambda.amazonaws.com"]),
        ),
        (
            "[aws]\nregion = \"cn-north-1\"",
            "arn:aws-cn:iam::*:role/*",
            json!(["ec2.amazonaws.com", "ec2.amazonaws.com.cn", "lambda.amazonaws.com"]),
        ),
    ] {
        let case = Case { project: Some(project), ..Case::step(GOOD) };
        let plan = case.plan_with(Plugin { imports: imports.clone(), ..plugin("start", Origin::Shipped) });
        let policy = own_policy(&plan.expect("good"));
        let statements = policy["Statement"].as_array().expect("it has statements");
        let passes: Vec<_> = statements.iter().filter(|each| each.to_string().contains("iam:PassRole")).collect();
        let condition = json!({ "StringEquals": { "iam:PassedToService": services } });
        let expected =
            json!({ "Effect": "Allow", "Action": ["iam:PassRole"], "Resource": roles, "Condition": condition });
        assert_eq!(passes, [&expected], "{policy:#}");
        assert_eq!(policy.to_string().matches("Condition").count(), 1, "{policy:#}");
    }
}
