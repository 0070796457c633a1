//! Launches EC2 instances from a snapshot or an image and, if asked, waits until they run.

mod config;
mod image;

use config::{Config, Source};
use image::Image;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use stepwell_plugin::ec2::{self, Instance};
use stepwell_plugin::{CallErrorKind, Failure, Invocation, Outcome, StateWait, WaitingStep, info, warn};

#[derive(Serialize, JsonSchema)]
struct Outputs {
    /// The image that the instances were launched from. With `delete_image_after` it no longer exists.
    image_id: String,
    /// The ids of the instances.
    instance_ids: Vec<String>,
    /// The id of the first instance.
    instance_id: String,
    /// Its private address, if it already has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    private_ip_address: Option<String>,
    /// Its public name, if it already has one. An instance usually gets it when it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    public_dns_name: Option<String>,
    /// The instance in the console, when there is exactly one and the step waited.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    console_url: Option<String>,
}

type Waiting = StateWait<Stage>;
type Ending = Result<Outcome<Ec2CreateFromSnapshot>, Failure>;

/// The stage of the step. A wait follows each effect, so that no effect is lost or repeated.
#[derive(Serialize, Deserialize)]
enum Stage {
    /// The step waits until the image is available.
    Registered(Image),
    /// The step waits until all instances run. With the link to the console.
    Launched(Image, Vec<String>, Option<String>),
}

struct Ec2CreateFromSnapshot;

impl WaitingStep for Ec2CreateFromSnapshot {
    type Config = Config;
    type Outputs = Outputs;
    type Checkpoint = Waiting;

    fn start(invocation: &Invocation, config: Config) -> Ending {
        match config.source()? {
            Source::Image(image_id) => launch(config, Image::given(image_id)),
            Source::Snapshot(snapshot_id) => {
                let image = image::register(invocation, &config, snapshot_id)?;
                // No poll yet: first a checkpoint must hold the image.
                let waiting = Waiting::new(&image.id, "registered", config.times(), Stage::Registered(image.clone()));
                waiting.wait("available").map_err(|failure| image.withdrawn(failure))
            }
        }
    }

    fn resume(_: &Invocation, config: Config, mut waiting: Waiting) -> Ending {
        match &waiting.details {
            Stage::Registered(image) => {
                let image = image.clone();
                match image.is_available(&mut waiting) {
                    Ok(true) => launch(config, image),
                    Ok(false) => waiting.wait("available").map_err(|failure| image.withdrawn(failure)),
                    Err(failure) => Err(image.withdrawn(failure)),
                }
            }
            Stage::Launched(image, ids, url) => {
                let (image, ids, url) = (image.clone(), ids.clone(), url.clone());
                over(await_running(waiting, &image, &ids, url), &config, &image)
            }
        }
    }

    /// Keeps the instances, because they may already be in use.
    fn cancel(_: &Invocation, config: Config, waiting: Waiting) -> Result<(), Failure> {
        match &waiting.details {
            Stage::Registered(image) => {
                // After a crash of the host between the launch and the next checkpoint, there may be instances.
                warn_of_instances(&image.id);
                image.remove()
            }
            Stage::Launched(image, ids, _) => {
                ids.iter().for_each(|id| warn!("{id}: launched, stays"));
                if config.delete_image_after { image.remove() } else { Ok(()) }
            }
        }
    }
}

fn launch(config: Config, image: Image) -> Ending {
    let request = config.request(&image.id).map_err(|failure| image.withdrawn(failure))?;
    let instances = match ec2::run_instances(&request) {
        Ok(answer) => answer.instances,
        // A retry uses this image, and requests the same instances with the same token.
        Err(error) if error.kind == CallErrorKind::Unavailable && image.registered => {
            warn!("{}: stays registered, because instances may have been launched from it", image.id);
            return Err(error.into());
        }
        Err(error) => return Err(image.withdrawn(error.into())),
    };
    instances.iter().for_each(|instance| info!("{}: {}", instance.instance_id, instance.state.name));
    let ending = if config.wait {
        let ids: Vec<_> = instances.into_iter().map(|instance| instance.instance_id).collect();
        let (all, url) = (summary(&ids), ec2::instance_link(&ids));
        let stage = Stage::Launched(image.clone(), ids, url);
        wait(Waiting::new(all, "pending", config.times(), stage))
    } else {
        Outputs::of(image.id.clone(), instances, None).map(Outcome::Done)
    };
    over(ending, &config, &image)
}

fn await_running(mut waiting: Waiting, image: &Image, ids: &[String], url: Option<String>) -> Ending {
    let looked = ec2::instances(ids.to_vec());
    let Some(mut instances) = waiting.found(looked)? else { return wait(waiting) };
    // AWS returns them in any order.
    instances.sort_by_key(|instance| ids.iter().position(|id| *id == instance.instance_id));
    let (state, reason) = slowest(ids, &instances);
    match waiting.see(&state) {
        "running" => Outputs::of(image.id.clone(), instances, url).map(Outcome::Done),
        "pending" => wait(waiting),
        _ => Err(waiting.never("running", reason.as_deref())),
    }
}

fn wait(waiting: Waiting) -> Ending {
    waiting.wait("running").map_err(Failure::not_retryable)
}

/// Removes the image at the end of the step if the job wants that.
fn over(ending: Ending, config: &Config, image: &Image) -> Ending {
    if config.delete_image_after && !matches!(ending, Ok(Outcome::Wait(_))) {
        image.remove_or_warn();
    }
    ending
}

impl Outputs {
    fn of(image_id: String, instances: Vec<Instance>, console_url: Option<String>) -> Result<Self, Failure> {
        let instance_ids = instances.iter().map(|instance| instance.instance_id.clone()).collect();
        let first = instances.into_iter().next();
        let first = first.ok_or_else(|| Failure::aws_error("AWS's response does not mention an instance"))?;
        // EC2 returns an empty text for a missing value.
        let known = |text: Option<String>| text.filter(|text| !text.is_empty());
        Ok(Self {
            image_id,
            instance_ids,
            instance_id: first.instance_id,
            private_ip_address: known(first.private_ip_address),
            public_dns_name: known(first.public_dns_name),
            console_url,
        })
    }
}

/// All instances as one short text.
fn summary(ids: &[String]) -> String {
    match ids {
        [first, _, ..] => format!("{first} and {} more", ids.len() - 1),
        ids => ids.concat(),
    }
}

/// The common state of all instances: `running` if all run; the state of an instance that will not run, with AWS's
/// reason, if there is one; otherwise `pending`.
fn slowest(ids: &[String], instances: &[Instance]) -> (String, Option<String>) {
    let is_lost = |instance: &&Instance| !matches!(instance.state.name.as_str(), "pending" | "running");
    if let Some(lost) = instances.iter().find(is_lost) {
        let reason = lost.state_reason.as_ref().and_then(|reason| reason.message.clone().or(reason.code.clone()));
        return (lost.state.name.clone(), reason);
    }
    let runs =
        |id: &String| instances.iter().any(|instance| instance.instance_id == *id && instance.state.name == "running");
    (if ids.iter().all(runs) { "running" } else { "pending" }.to_owned(), None)
}

/// Warns of all instances of an image.
fn warn_of_instances(image_id: &str) {
    match ec2::instances_of_image(image_id) {
        Ok(launched) => launched.iter().for_each(|instance| warn!("{}: launched, stays", instance.instance_id)),
        Err(error) => {
            warn!("{image_id}: cannot find out whether instances were launched from it: {}", Failure::from(error))
        }
    }
}

stepwell_plugin::export!(Ec2CreateFromSnapshot);

#[cfg(test)]
mod tests {
    use super::*;
    use stepwell_plugin::ec2::InstanceState;

    fn instance(id: &str, state: &str) -> Instance {
        let state = InstanceState { code: None, name: state.to_owned() };
        Instance { instance_id: id.to_owned(), state, public_dns_name: Some(String::new()), ..Default::default() }
    }

    fn together(states: &[(&str, &str)]) -> String {
        let ids = ["i-a".to_owned(), "i-b".to_owned()];
        let instances: Vec<_> = states.iter().map(|(id, state)| instance(id, state)).collect();
        slowest(&ids, &instances).0
    }

    #[test]
    fn instances_run_when_each_of_them_runs() {
        assert_eq!(together(&[("i-a", "running"), ("i-b", "running")]), "running");
        assert_eq!(together(&[("i-a", "running"), ("i-b", "pending")]), "pending");
        assert_eq!(together(&[("i-a", "running")]), "pending");
    }

    #[test]
    fn an_instance_that_will_not_run_ends_the_wait_for_all() {
        assert_eq!(together(&[("i-a", "running"), ("i-b", "shutting-down")]), "shutting-down");
        assert_eq!(together(&[("i-a", "stopped")]), "stopped");
    }

    #[test]
    fn an_unknown_value_is_left_out_of_the_outputs() {
        let outputs =
            Outputs::of("ami-1".to_owned(), vec![instance("i-a", "pending"), instance("i-b", "pending")], None);
        let outputs = serde_json::to_value(outputs.ok().unwrap()).unwrap();
        let expected = serde_json::json!({"image_id": "ami-1", "instance_ids": ["i-a", "i-b"], "instance_id": "i-a"});
        assert_eq!(outputs, expected);
        assert!(Outputs::of("ami-1".to_owned(), Vec::new(), None).is_err());
    }

    #[test]
    fn many_instances_are_named_by_the_first_and_their_number() {
        let ids = |count: usize| (0..count).map(|number| format!("i-{number}")).collect::<Vec<_>>();
        assert_eq!(summary(&ids(1)), "i-0");
        assert_eq!(summary(&ids(3)), "i-0 and 2 more");
    }
}
