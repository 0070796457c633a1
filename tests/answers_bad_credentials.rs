//! An error about credentials says which ones are missing, why, and what to do next. It never shows a secret.

mod providers;
mod shows;
mod sts;

use std::process::Command;

use stepwell_xtask::emulator::Keys;

use super::support::{Ended, Site, ended};

const VALIDATE: &str = "aws-validate-credentials";
const ROLE: &str = "role_arn = \"arn:aws:iam::123456789012:role/web\"\n";

/// The first line of the error of a step without credentials.
const NONE: &str = "step `it` failed: there are no AWS credentials that work for `sts:GetCallerIdentity`";

/// A site whose environment holds only canary values.
fn site(project: &str) -> Site {
    let keys = Keys::new("AKIACANARYCANARY1234", "canary-secret-canary-secret");
    let site = Site::without_aws().signing_as(keys).step(VALIDATE, "{}");
    if project.is_empty() { site } else { site.file("project.toml", format!("name = \"web\"\n{project}")) }
}

/// The same site with these lines in `[aws.credentials]`.
fn naming(table: &str) -> Site {
    site(&format!("[aws.credentials]\n{table}"))
}

fn stepwell(site: &Site, arguments: &[&str], change: impl FnOnce(&mut Command)) -> Ended {
    let mut command = site.command(arguments);
    change(&mut command);
    ended(command.output().expect("stepwell starts"))
}

fn run(site: &Site, change: impl FnOnce(&mut Command)) -> Ended {
    stepwell(site, &["run", "job.toml"], change)
}

/// The output of a command with shortened paths. Asserts that it holds no canary.
fn shown(site: &Site, text: &str) -> String {
    assert!(!text.to_lowercase().contains("canary"), "{text}");
    let folders = [(site.path(""), "./"), (site.home().join(""), "HOME/")];
    folders.iter().fold(text.to_owned(), |text, (folder, short)| text.replace(&folder.display().to_string(), short))
}

/// Asserts the exit code and the last three printed lines. `expected` leaves out `error: `, `because: ` and `next: `.
fn assert_says(site: &Site, ended: &Ended, code: i32, expected: [&str; 3]) {
    let stdout = shown(site, &ended.stdout);
    let lines = shown(site, &ended.stderr);
    let expected = format!("error: {}\nbecause: {}\nnext: {}\n", expected[0], expected[1], expected[2]);
    assert_eq!((ended.code, lines.as_str()), (code, expected.as_str()), "{stdout}");
}

/// Tables, and the error for each.
const WRONG: &[(&str, [&str; 3])] = &[
    (
        "provider = \"ec3\"\n",
        [
            "unknown value `ec3`",
            "./project.toml:3:12: the valid values are `ec2`, `ecs`, `web_identity`, `profile`, `key_storage`, `default_chain`",
            "write `ec2` instead of `ec3`",
        ],
    ),
    (
        "provder = \"ec2\"\n",
        [
            "unknown key `provder`",
            "./project.toml:3:1: the valid keys are `provider`, `access_key_id`, `secret_key_path`, `profile`, `role_arn`, `token_file`, `assume_role`, `session_tags`, `narrow_sessions`",
            "write `provider` instead of `provder`",
        ],
    ),
    (
        "[[aws.credentials.assume_role]]\nrole_arn = \"arn:aws:iam::1:role/x\"\n",
        [
            "`arn:aws:iam::1:role/x` is not a valid role ARN: expected an ARN such as `arn:aws:iam::123456789012:role/runbooks`",
            "the mistake is at ./project.toml:4:12",
            "correct line 4 of ./project.toml",
        ],
    ),
    (
        "[[aws.credentials.assume_role]]\nrole_arn = \"arn:aws:iam::123456789012:role/web\"\nexternal_id = \"canary id\"\n",
        [
            "the given text is not a valid external id: expected 2 to 1224 letters, digits and `_+=,.@:/-`",
            "the mistake is at ./project.toml:5:15",
            "correct line 5 of ./project.toml",
        ],
    ),
    (
        "access_key_id = \"AKIACANARYCANARY1234\"\nprovider = \"key_storage\"\n",
        [
            "`access_key_id` needs `secret_key_path`",
            "one level has to name the whole set of credentials; no other level completes it (./project.toml:3:17)",
            "add `secret_key_path`, or remove `access_key_id`",
        ],
    ),
    (
        "provider = \"key_storage\"\nsecret_key_path = \"keys/x\"\n",
        [
            "`secret_key_path` needs `access_key_id`",
            "one level has to name the whole set of credentials; no other level completes it (./project.toml:4:19)",
            "add `access_key_id`, or remove `secret_key_path`",
        ],
    ),
    (
        "provider = \"ec2\"\nprofile = \"web\"\n",
        [
            "`profile` is not a key of provider `ec2`",
            "a provider takes only its own keys (./project.toml:4:11)",
            "remove `profile`, or choose the provider that takes it",
        ],
    ),
    (
        "profile = \"web\"\n",
        [
            "[aws.credentials] names no provider",
            "a table without `provider` needs [[aws.credentials.assume_role]], a role that the host's own identity assumes (./project.toml:2:1)",
            "add provider = \"profile\"",
        ],
    ),
    (
        "[[aws.credentials.assume_role]]\nrole_arn = \"arn:aws:iam::123456789012:role/web\"\nduration = \"2h\"\n",
        [
            "a session cannot last 2h",
            "STS allows 15m to 1h (./project.toml:5:12)",
            "write duration = \"1h\" or less; the host renews sessions during a run",
        ],
    ),
    (
        "provider = \"web_identity\"\nrole_arn = \"arn:aws:iam::123456789012:role/web\"\ntoken_file = \"token\"\n",
        [
            "`token_file` is not an absolute path",
            "a run may start in any directory (./project.toml:5:14)",
            "write `token_file` as an absolute path: \"/…\"",
        ],
    ),
];

#[test]
fn a_table_of_credentials_that_means_nothing() {
    for (table, expected) in WRONG {
        let site = naming(table);
        assert_says(&site, &site.run(), 2, *expected);
    }
    let site = naming(&format!("[[aws.credentials.assume_role]]\n{ROLE}").repeat(5));
    let because = "at most 4 are allowed, including those of stepwell.toml (./project.toml:2:1)";
    let what = "the chain has 5 roles";
    assert_says(&site, &site.run(), 2, [what, because, "let the last role trust the host directly"]);
}

#[test]
fn a_secret_in_the_place_of_its_name_is_not_repeated() {
    let key =
        "expected `keys/` and then names of letters, digits, `-`, `_` and `.`, separated by `/`, at most 512 in all";
    let storage = "provider = \"key_storage\"\n";
    for (table, what, place) in [
        ("secret_key_path = \"canary/secret+x\"\n", format!("the given text is not a valid key path: {key}"), "4:19"),
        (
            "access_key_id = \"canary/secret+x\"\n",
            "the given text is not a valid access key id: expected 4 to 128 letters, digits and `_`, such as `AKIAIOSFODNN7EXAMPLE`"
                .to_owned(),
            "4:17",
        ),
    ] {
        let site = naming(&format!("{storage}{table}"));
        let because = format!("the mistake is at ./project.toml:{place}");
        assert_says(&site, &site.run(), 2, [&what, &because, "correct line 4 of ./project.toml"]);
    }
    let site = naming(&format!("{storage}secret_access_key = \"canary/secret+x\"\n"));
    assert!(shown(&site, &site.run().stderr).starts_with("error: unknown key `secret_access_key`\n"));
}

#[test]
fn a_key_that_only_the_system_may_set() {
    for key in ["allow_unverified_roles", "allow_default_chain", "allow_other_providers"] {
        let site = site(&format!("[aws]\n{key} = true\n"));
        assert_says(
            &site,
            &site.run(),
            2,
            [
                &format!("only stepwell.toml can have `{key}`"),
                &format!("the key decides what every project may do (./project.toml:3:{})", key.len() + 4),
                &format!("remove `{key}`; ask the administrator of this host to set it in stepwell.toml"),
            ],
        );
    }
    let off = "[aws]\nallow_default_chain = false\n";
    let what = "the default chain of AWS credentials is not allowed";
    let unnamed = site("").home_file("stepwell.toml", off);
    let none = "no level names credentials, and stepwell.toml has allow_default_chain = false";
    let next = "name a provider in [aws.credentials] of the project or the job";
    assert_says(&unnamed, &unnamed.run(), 3, [what, none, next]);
    let named = naming("provider = \"default_chain\"\n").home_file("stepwell.toml", off);
    let because = "project.toml names it, and stepwell.toml has allow_default_chain = false";
    assert_says(&named, &named.run(), 3, [what, because, "name another provider"]);

    let named = naming("provider = \"ec2\"\n").home_file("stepwell.toml", "[aws]\nallow_other_providers = false\n");
    let what = "only stepwell.toml may name a provider of AWS credentials";
    let because = "project.toml names one, and stepwell.toml has allow_other_providers = false";
    let next = "remove `provider`, and name a role that trusts this host in [[aws.credentials.assume_role]]";
    for ended in [named.run(), named.stepwell(&["credentials", "validate"]), named.stepwell(&["credentials", "show"])] {
        assert_says(&named, &ended, 3, [what, because, next]);
    }
}

/// A job with a secret option that also has these keys.
fn with_secret(keys: &str) -> Site {
    let job = format!(
        "name = \"job\"\n[options.token]\nsecret = true\nrequired = true\n{keys}[[steps]]\nid = \"it\"\nuses = \"{VALIDATE}\"\n"
    );
    site("[aws]\n").file("job.toml", job)
}

#[test]
fn a_secret_that_is_empty_or_too_short() {
    let site = with_secret("");
    let what = "the secret option `token` has no value";
    let next = "store it with `stepwell keys set keys/…` and give --option token=keys/…";
    let of_key = "give `stepwell keys set keys/x` a text of 4 bytes to 64 KiB";
    let short = "it is shorter than 4 bytes, too short to be masked in output";
    for (typed, because) in [("", "it is empty"), ("\n", "it is empty"), ("abc\n", short)] {
        for arguments in [&["run", "job.toml"][..], &["run", "job.toml", "--option", "token=-"]] {
            assert_says(&site, &site.pipe(arguments, typed), 2, [what, because, next]);
        }
        let set = site.pipe(&["keys", "set", "keys/x"], typed);
        assert_says(&site, &set, 2, ["the secret of `keys/x` cannot be used", because, of_key]);
    }
}

#[test]
fn a_secret_on_the_command_line_is_refused_and_printed_nowhere() {
    for output in ["text", "json"] {
        let site = with_secret("");
        let ended = site.stepwell(&["run", "job.toml", "--option", "token=canary-value", "--output", output]);
        assert_says(
            &site,
            &ended,
            2,
            [
                "the value of secret option `token` must not be on the command line",
                "every process of this machine can read the command line",
                "store it with `stepwell keys set keys/…` and write --option token=keys/…, or write --option token=- and type it in",
            ],
        );
    }
}

#[test]
fn a_secret_option_that_names_a_key_which_is_not_there_or_somebody_elses() {
    let missing = [
        "there is no key `keys/nope`",
        "the store `file` has no such key",
        "set it with `stepwell keys set keys/nope`, or look for it with `stepwell keys list`",
    ];
    let given = with_secret("");
    assert_says(&given, &given.stepwell(&["run", "job.toml", "--option", "token=keys/nope"]), 2, missing);
    let declared = with_secret("key = \"keys/nope\"\n");
    assert_says(&declared, &declared.run(), 2, missing);

    let next = "use a key of the job's own project, below keys/project/NAME/, or a shared one, such as keys/shared/x";
    for (key, owner) in [
        ("keys/project/other/x", "keys below keys/project/other/ belong to the project `other`"),
        ("keys/system/x", "keys below keys/system/ belong to stepwell.toml"),
    ] {
        let what = format!("this job may not use the key `{key}`");
        let given = given.stepwell(&["run", "job.toml", "--option", &format!("token={key}")]);
        let site = with_secret(&format!("key = \"{key}\"\n"));
        assert_says(&site, &given, 3, [&what, &format!("{owner} (job.toml:2:1)"), next]);
        assert_says(&site, &site.run(), 3, [&what, &format!("{owner} (job.toml:5:7)"), next]);
    }
}

#[test]
fn the_credentials_of_an_unknown_step() {
    let site = site("");
    let ended = site.stepwell(&["credentials", "show", "--step", "it"]);
    assert_eq!(ended.code, 2, "{ended:?}");
    assert!(shown(&site, &ended.stderr).contains("--job <JOB>"), "{ended:?}");
    for command in ["show", "validate"] {
        let ended = site.stepwell(&["credentials", command, "--job", "job.toml", "--step", "is"]);
        let next = "write `it` instead of `is`";
        assert_says(&site, &ended, 2, ["job `job` has no step `is`", "its steps are `it`", next]);
    }
}
