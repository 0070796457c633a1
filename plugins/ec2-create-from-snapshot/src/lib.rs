//! Launches EC2 instances from a snapshot or an image and, if asked, waits until they run.

mod config;
mod image;
mod launch;

use serde::{Deserialize, Serialize};
use stepwell_plugin::{CallErrorKind, Failure, Invocation, Outcome, StateWait, WaitingStep, ec2, info, warn};

use crate::config::{Config, Source};
use crate::image::Image;
use crate::launch::Outputs;

type Waiting = StateWait<Stage>;
type Ending = Result<Outcome<Ec2CreateFromSnapshot>, Failure>;

/// What is waited for. Each effect is followed by a wait, so that none is lost or done again.
#[derive(Serialize, Deserialize)]
enum Stage {
    /// Until the image is available.
    Registered(Image),
    /// Until all instances run, with the link to the console.
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
                // No look before there is a checkpoint, which knows the image.
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

    /// Instances stay: by now they may do what nobody would want to see cut off.
    fn cancel(_: &Invocation, config: Config, waiting: Waiting) -> Result<(), Failure> {
        match &waiting.details {
            Stage::Registered(image) => {
                // The host may have been gone when instances were launched, before the next checkpoint.
                launch::warn_of_instances(&image.id);
                image.remove()
            }
            Stage::Launched(image, ids, _) => {
                ids.iter().for_each(|id| warn!("{id}: was launched, and stays"));
                if config.delete_image_after { image.remove() } else { Ok(()) }
            }
        }
    }
}

fn launch(config: Config, image: Image) -> Ending {
    let request = config.request(&image.id).map_err(|failure| image.withdrawn(failure))?;
    let instances = match ec2::run_instances(&request) {
        Ok(answer) => answer.instances,
        // Another attempt takes up the image that is there, and asks with the same token for the same instances.
        Err(error) if error.kind == CallErrorKind::Unavailable && image.registered => {
            warn!("{}: stays, because nobody knows whether instances were launched from it", image.id);
            return Err(error.into());
        }
        Err(error) => return Err(image.withdrawn(error.into())),
    };
    instances.iter().for_each(|instance| info!("{}: {}", instance.instance_id, instance.state.name));
    let ending = if config.wait {
        let ids: Vec<_> = instances.into_iter().map(|instance| instance.instance_id).collect();
        let (all, url) = (launch::summary(&ids), ec2::instance_link(&ids));
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
    // AWS keeps to no order.
    instances.sort_by_key(|instance| ids.iter().position(|id| *id == instance.instance_id));
    let (state, reason) = launch::slowest(ids, &instances);
    match waiting.see(&state) {
        "running" => Outputs::of(image.id.clone(), instances, url).map(Outcome::Done),
        "pending" => wait(waiting),
        _ => Err(waiting.never("running", reason.as_deref())),
    }
}

fn wait(waiting: Waiting) -> Ending {
    waiting.wait("running").map_err(Failure::not_retryable)
}

/// With the image gone that nobody wants to keep, when the step comes to its end like this.
fn over(ending: Ending, config: &Config, image: &Image) -> Ending {
    if config.delete_image_after && !matches!(ending, Ok(Outcome::Wait(_))) {
        image.remove_or_warn();
    }
    ending
}

stepwell_plugin::export!(Ec2CreateFromSnapshot);
