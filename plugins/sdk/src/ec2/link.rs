use crate::console;

/// Prints a link to the page of the instance in the console, and gives it. None when there are several instances: they
/// have no page together.
pub fn instance_link(instance_ids: &[String]) -> Option<String> {
    let [id] = instance_ids else { return None };
    console::link("instance in the EC2 console", &path(id))
}

fn path(instance_id: &str) -> String {
    format!("ec2/home?region={{region}}#InstanceDetails:instanceId={instance_id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instance_has_a_page_and_several_have_none() {
        let page = "https://eu-west-1.console.aws.amazon.com/ec2/home?region=eu-west-1#InstanceDetails:instanceId=i-a";
        assert_eq!(console::url("eu-west-1", &path("i-a")), page);
        // Nobody is asked for the region then, or it would end the test.
        assert_eq!(instance_link(&["i-a".to_owned(), "i-b".to_owned()]), None);
    }
}
