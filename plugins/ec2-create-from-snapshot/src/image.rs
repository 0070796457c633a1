//! The image that the step registers, and deregisters when no instance is launched from it.

use serde::{Deserialize, Serialize};
use stepwell_plugin::ec2::{
    self, BlockDeviceMapping, DeregisterImageRequest, DescribeImagesRequest, EbsBlockDevice, RegisterImageRequest,
};
use stepwell_plugin::{CallErrorKind, Failure, Filter, Invocation, StateWait, info, pages, warn};

use crate::config::Config;

/// An image to launch.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Image {
    pub(crate) id: String,
    /// Whether this step registered it. It removes no other image.
    pub(crate) registered: bool,
}

/// Registers an image of the snapshot, or uses the one that an earlier attempt at this step has registered.
pub(crate) fn register(invocation: &Invocation, config: &Config, snapshot_id: String) -> Result<Image, Failure> {
    let or = |given: &Option<String>, default: &str| given.clone().unwrap_or_else(|| default.to_owned());
    let (device, virtualization) = (or(&config.root_device_name, "/dev/xvda"), or(&config.virtualization_type, "hvm"));
    let ebs = EbsBlockDevice { snapshot_id: Some(snapshot_id.clone()) };
    let request = RegisterImageRequest {
        name: config.image_name.clone().unwrap_or_else(|| name(&invocation.run_id, &invocation.step_id)),
        description: Some(mark(invocation, &snapshot_id)),
        architecture: Some(or(&config.architecture, "x86_64")),
        root_device_name: Some(device.clone()),
        // Without it, AWS launches the image on few current instance types. It is possible with `hvm` only.
        ena_support: (virtualization == "hvm").then_some(true),
        virtualization_type: Some(virtualization),
        block_device_mappings: vec![BlockDeviceMapping { device_name: Some(device), ebs: Some(ebs) }],
    };
    let id = match ec2::register_image(&request) {
        Ok(answer) => answer.image_id,
        Err(error) if error.code.as_deref() == Some("InvalidAMIName.Duplicate") => {
            registered_before(&request)?.ok_or_else(|| Failure::from(error))?
        }
        Err(error) => return Err(error.into()),
    };
    info!("{id}: registered from {snapshot_id} as `{}`", request.name);
    Ok(Image { id, registered: true })
}

/// The image of this name, if its description says that this step has registered it from the same snapshot.
fn registered_before(request: &RegisterImageRequest) -> Result<Option<String>, Failure> {
    let filters = vec![Filter { name: "name".to_owned(), values: vec![request.name.clone()] }];
    let mut asked = DescribeImagesRequest { owners: vec!["self".to_owned()], filters, ..Default::default() };
    let images = pages(|next_token| {
        asked.next_token = next_token;
        ec2::describe_images(&asked).map(|page| (page.images, page.next_token))
    })?;
    let is_ours =
        |image: &ec2::Image| image.name.as_ref() == Some(&request.name) && image.description == request.description;
    Ok(images.into_iter().find(is_ours).map(|image| image.image_id))
}

impl Image {
    pub(crate) fn given(id: String) -> Self {
        Self { id, registered: false }
    }

    /// Polls the image.
    pub(crate) fn is_available<Details>(&self, waiting: &mut StateWait<Details>) -> Result<bool, Failure> {
        let Some(image) = waiting.found(ec2::image(&self.id))? else { return Ok(false) };
        match waiting.see(&image.state) {
            "available" => Ok(true),
            "pending" | "transient" => Ok(false),
            _ => {
                let reason = image.state_reason.and_then(|reason| reason.message.or(reason.code));
                Err(waiting.never("available", reason.as_deref()))
            }
        }
    }

    /// Removes the image, from which nothing was launched, and returns the failure.
    pub(crate) fn withdrawn(&self, failure: Failure) -> Failure {
        self.remove_or_warn();
        failure
    }

    /// Removes the image; a failure is only a warning, because the step's work is done without it.
    pub(crate) fn remove_or_warn(&self) {
        if let Err(failure) = self.remove() {
            warn!("{}: stays registered: {failure}", self.id);
        }
    }

    /// Deregisters the image when this step has registered it. The snapshot stays.
    pub(crate) fn remove(&self) -> Result<(), Failure> {
        if !self.registered {
            return Ok(());
        }
        match ec2::deregister_image(&DeregisterImageRequest { image_id: self.id.clone() }) {
            Ok(()) => info!("{}: deregistered", self.id),
            Err(error) if error.kind == CallErrorKind::NotFound => {}
            // `DeregisterImage` returns this for an image that was deregistered before.
            Err(error) if error.code.as_deref() == Some("InvalidAMIID.Unavailable") => {}
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }
}

/// The maximum length of an image's name.
const LONGEST_NAME: usize = 128;

/// The default name of the image, the same in every attempt. A long path of a step is cut at its beginning, since paths
/// differ at their ends.
fn name(run_id: &str, step_id: &str) -> String {
    let run = format!("stepwell-{run_id}-");
    let surplus = (run.len() + step_id.chars().count()).saturating_sub(LONGEST_NAME);
    run + &step_id.chars().skip(surplus).collect::<String>()
}

/// The description by which another attempt recognizes the image as its own. AWS allows 255 characters.
fn mark(invocation: &Invocation, snapshot_id: &str) -> String {
    let Invocation { run_id, step_id, .. } = invocation;
    let mark = format!("Registered by Stepwell from {snapshot_id}, run {run_id}, step {step_id}");
    mark.chars().take(255).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUN: &str = "019a8d3c-0000-7000-8000-000000000000";

    #[test]
    fn the_name_of_an_image_says_which_run_and_step_it_is_from() {
        assert_eq!(name(RUN, "below.launch[2]"), format!("stepwell-{RUN}-below.launch[2]"));
    }

    #[test]
    fn a_name_that_would_be_too_long_keeps_the_end_of_the_step() {
        let name = name(RUN, &format!("{}launch[2]", "below.".repeat(40)));
        assert_eq!(name.len(), 128);
        assert!(name.starts_with(&format!("stepwell-{RUN}-")) && name.ends_with("below.launch[2]"), "{name}");
    }
}
