//! Amazon EC2 Auto Scaling: one function per API operation.
//!
//! ```no_run
//! use stepwell_plugin::autoscaling::{self, UpdateAutoScalingGroupRequest};
//!
//! # fn grow() -> Result<(), stepwell_plugin::Failure> {
//! let auto_scaling_group_name = "web".to_owned();
//! let request =
//!     UpdateAutoScalingGroupRequest { auto_scaling_group_name, desired_capacity: Some(4), ..Default::default() };
//! autoscaling::update_auto_scaling_group(&request)?;
//! # Ok(()) }
//! ```

pub use crate::bindings::stepwell::autoscaling::autoscaling::*;

use crate::console;

/// Prints a link to the group in the console, and returns it.
pub fn group_link(name: &str) -> Option<String> {
    console::link("group in the EC2 console", &path(name))
}

fn path(name: &str) -> String {
    // A name may hold blanks, slashes and most other characters.
    let escaped = name.bytes().map(|byte| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    });
    format!("ec2/home?region={{region}}#AutoScalingGroupDetails:id={}", escaped.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_name_of_a_group_fits_into_a_link() {
        let page = |name| console::url("eu-west-1", &path(name));
        let home = "https://eu-west-1.console.aws.amazon.com/ec2/home?region=eu-west-1#AutoScalingGroupDetails:id=";
        assert_eq!(page("web-1.a_b"), format!("{home}web-1.a_b"));
        assert_eq!(page("a b/c;{region}"), format!("{home}a%20b%2Fc%3B%7Bregion%7D"));
    }
}
