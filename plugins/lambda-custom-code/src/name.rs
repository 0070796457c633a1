//! The name of a function that is the step's own.

/// What AWS takes as a name.
const LONGEST: usize = 64;

const STEP: usize = 7;
const TOKEN: usize = 10;

/// `stepwell-<run>-<step>-<token>`: the run, so that what is left behind leads back to it; as much of the step as there is
/// room for; and some of the token of this attempt, which no other step and no other attempt has.
pub(crate) fn of(run: &str, step: &str, token: &str) -> String {
    let cut = |text: &str, most: usize| text.chars().map(allowed).take(most).collect::<String>();
    let step = cut(step, STEP);
    let step = step.trim_end_matches('-');
    cut(&format!("stepwell-{}-{step}-{}", cut(run, 36), cut(token, TOKEN)), LONGEST)
}

/// A step's path has dots and brackets: `cleanup[2].stop`.
fn allowed(c: char) -> char {
    if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUN: &str = "019f3e5c-7a10-7cc1-8d52-3b1c5f0e9a77";

    #[test]
    fn a_name_leads_back_to_the_run_and_the_step() {
        assert_eq!(of(RUN, "report", "0123456789abcdef"), format!("stepwell-{RUN}-report-0123456789"));
    }

    #[test]
    fn any_path_makes_a_name_that_aws_takes() {
        for step in ["a", "cleanup[2].stop", "each[999].below.inner", "abcdef[1]"] {
            let name = of(RUN, step, &"f".repeat(64));
            assert!(name.len() <= LONGEST && name.chars().all(|c| allowed(c) == c), "{name}");
        }
        assert_eq!(of(RUN, "abcdef[1]", "0123"), format!("stepwell-{RUN}-abcdef-0123"));
    }

    #[test]
    fn paths_that_look_the_same_and_other_attempts_have_other_names() {
        assert_ne!(of(RUN, "cleanup[2].stop", "0123456789"), of(RUN, "cleanup[2].start", "1123456789"));
        assert_ne!(of(RUN, "stop", "0123456789"), of(RUN, "stop", "0123456788"));
    }
}
