//! Makes one call of each kind, with waits in between: a read, one with a client token, an idempotent one, and one that
//! must happen once. It can make those with a token and those that must happen once by imports of `stepwell:aws`, panic
//! directly after the last one, and make another such call when it is cancelled.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use stepwell_plugin::ec2;
use stepwell_plugin::{CallError, Duration, Failure, Invocation, Outcome, Wait, WaitingStep, info};

stepwell_plugin::operation! {
    /// `CreateFlowLogs` of Amazon EC2.
    fn imported_create_flow_logs = "stepwell:aws/ec2@0.1.0", "create-flow-logs";
    /// `RebootInstances` of Amazon EC2.
    fn imported_reboot_instances = "stepwell:aws/ec2@0.1.0", "reboot-instances";
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Config {
    /// The instance to describe, start and reboot.
    instance_id: String,
    /// The subnet whose traffic is logged.
    subnet_id: String,
    /// Length of each wait in milliseconds.
    #[serde(default)]
    after_ms: u64,
    /// Whether the instance is rebooted.
    #[serde(default)]
    reboot: bool,
    /// Whether imports of `stepwell:aws` make the calls that create and reboot.
    #[serde(default)]
    imported: bool,
    /// Panic after that, and reboot this instance when cancelled.
    reboot_to_stop: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct Outputs {
    /// The id of the resource that the call with a client token created.
    flow_log_ids: Vec<String>,
    /// The last observed state of the instance.
    state: String,
}

#[derive(Serialize, Deserialize)]
enum Stage {
    Created { flow_log_ids: Vec<String> },
    Started { flow_log_ids: Vec<String> },
}

struct Effects;

impl WaitingStep for Effects {
    type Config = Config;
    type Outputs = Outputs;
    type Checkpoint = Stage;

    fn start(_: &Invocation, config: Config) -> Result<Outcome<Self>, Failure> {
        let state = state(&config.instance_id)?;
        info!("{}: {state}", config.instance_id);
        let flow_log_ids = create_flow_logs(config.imported, config.subnet_id)?;
        wait(config.after_ms, Stage::Created { flow_log_ids })
    }

    fn resume(_: &Invocation, config: Config, stage: Stage) -> Result<Outcome<Self>, Failure> {
        let instance_ids = vec![config.instance_id.clone()];
        match stage {
            Stage::Created { flow_log_ids } => {
                ec2::start_instances(&ec2::StartInstancesRequest { instance_ids })?;
                wait(config.after_ms, Stage::Started { flow_log_ids })
            }
            Stage::Started { flow_log_ids } => {
                match (config.reboot, config.imported) {
                    (false, _) => {}
                    (true, false) => ec2::reboot_instances(&ec2::RebootInstancesRequest { instance_ids })?,
                    (true, true) => {
                        imported_reboot_instances::<_, Json>(&json!({ "InstanceIds": instance_ids }))?;
                    }
                }
                assert!(config.reboot_to_stop.is_none(), "told to panic");
                let state = state(&config.instance_id)?;
                Ok(Outcome::Done(Outputs { flow_log_ids, state }))
            }
        }
    }

    fn cancel(_: &Invocation, config: Config, _: Stage) -> Result<(), Failure> {
        let Some(instance_id) = config.reboot_to_stop else { return Ok(()) };
        ec2::reboot_instances(&ec2::RebootInstancesRequest { instance_ids: vec![instance_id.clone()] })?;
        info!("{instance_id}: {}, and rebooted to stop", state(&instance_id)?);
        Ok(())
    }
}

/// The answer of the import.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Created {
    flow_log_ids: Vec<String>,
}

/// The ids of the flow logs.
fn create_flow_logs(imported: bool, subnet_id: String) -> Result<Vec<String>, CallError> {
    let (group, role) = ("effects", "arn:aws:iam::123456789012:role/logs");
    if imported {
        let created: Created = imported_create_flow_logs(&json!({
            "ResourceIds": [subnet_id], "ResourceType": "Subnet", "TrafficType": "ALL",
            "LogGroupName": group, "DeliverLogsPermissionArn": role,
        }))?;
        return Ok(created.flow_log_ids);
    }
    let answer = ec2::create_flow_logs(&ec2::CreateFlowLogsRequest {
        resource_ids: vec![subnet_id],
        resource_type: "Subnet".to_owned(),
        traffic_type: Some("ALL".to_owned()),
        log_group_name: Some(group.to_owned()),
        deliver_logs_permission_arn: Some(role.to_owned()),
    })?;
    Ok(answer.flow_log_ids)
}

fn wait(after_ms: u64, checkpoint: Stage) -> Result<Outcome<Effects>, Failure> {
    let (after, message) = (Duration::milliseconds(after_ms), "nothing".to_owned());
    Ok(Outcome::Wait(Wait { after, message, progress: None, checkpoint }))
}

fn state(instance_id: &str) -> Result<String, Failure> {
    let answer = ec2::describe_instances(&ec2::DescribeInstancesRequest {
        instance_ids: vec![instance_id.to_owned()],
        filters: Vec::new(),
        max_results: None,
        next_token: None,
    })?;
    let instance = answer.reservations.into_iter().flat_map(|reservation| reservation.instances).next();
    let missing = || Failure::new("NotFound", format!("there is no instance {instance_id}"));
    Ok(instance.ok_or_else(missing)?.state.name)
}

stepwell_plugin::export!(Effects);
