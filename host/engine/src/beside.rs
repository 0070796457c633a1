//! Work that may take long, beside the tasks of the other runs.
//!
//! Expressions, patterns and schemas are bounded, but a hostile job can make one evaluation take 50 ms and one check a
//! second. Two such runs would take both threads of the runtime from all others. So work that is not surely short hands
//! the other tasks of its thread over first. That costs more than most steps do, so short work does not.

use serde_json::Value as Json;
use stepwell_model::plan::{Plan, StepInPlan, Work};
use stepwell_model::value::Value;
pub(crate) use stepwell_sandbox::beside;

/// Parts of a value that are surely checked within milliseconds.
const FEW: usize = 1_000;

/// Whether the values of a step are more than names and texts, or patterns read them.
pub(crate) fn computes(found: StepInPlan<'_>) -> bool {
    let reads = match &found.step.work {
        Work::Job(plan) => plan.declared.values().any(|option| option.get_ref().pattern.is_some()),
        Work::Plugin(_) => false,
    };
    reads || found.step.values().any(|value| is_computed(value.get_ref()))
}

/// Whether the outputs of a job are more than names and texts.
pub(crate) fn ends_computing(plan: &Plan) -> bool {
    plan.outputs.values().any(|value| is_computed(value.get_ref()))
}

/// Whether a value has an expression with an operator or a filter.
pub(crate) fn is_computed(value: &Value) -> bool {
    match value {
        Value::Scalar(_) => false,
        Value::Text(text) => text.split("${").skip(1).any(|code| {
            let code = code.split_once('}').map_or(code, |(code, _)| code);
            // What a name of `[locals]` stands for may be computed.
            code.trim_start().starts_with("locals.")
                || !code.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | ' '))
        }),
        Value::List(items) => items.len() > FEW || items.iter().any(|item| is_computed(item.get_ref())),
        Value::Table(entries) => entries.len() > FEW || entries.values().any(|entry| is_computed(entry.get_ref())),
    }
}

/// Whether a value has many parts or much text.
pub(crate) fn is_large<'a>(values: impl IntoIterator<Item = &'a Json>) -> bool {
    let (mut parts, mut left): (usize, Vec<_>) = (0, values.into_iter().collect());
    while let Some(value) = left.pop() {
        parts += 1;
        match value {
            Json::String(text) => parts += text.len() / 64,
            Json::Array(items) => left.extend(items.iter().take(FEW)),
            Json::Object(entries) => left.extend(entries.values().take(FEW)),
            Json::Null | Json::Bool(_) | Json::Number(_) => {}
        }
        if parts > FEW {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_and_texts_are_short_work_and_operators_are_not() {
        let text = |text: &str| Value::Text(text.to_owned());
        for plain in ["", "i-1", "${options.id}", "a ${ steps.a.outputs.b } c ${item}", "a|b"] {
            assert!(!is_computed(&text(plain)), "{plain}");
        }
        for computed in ["${a|sort}", "${a ~ b}", "x ${a[1:]}", "${a} ${b == c}", "${'}' ~ b}"] {
            assert!(is_computed(&text(computed)), "{computed}");
        }
    }

    #[test]
    fn a_value_is_large_by_its_parts_or_its_text() {
        assert!(!is_large([&json!({ "a": ["b", 1, null] })]));
        assert!(is_large([&json!(vec![0; 5_000])]) && is_large([&json!("a".repeat(1 << 20))]));
        assert!(is_large([&json!([vec![0; 600], vec![0; 600]])]));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn other_tasks_go_on_beside_long_work() {
        let (done, wait) = std::sync::mpsc::channel();
        let other = tokio::spawn(async move { done.send(()) });
        // The only thread of the runtime waits here for a task that it would have to run.
        let task = tokio::spawn(async move { beside(true, || wait.recv()) });
        assert_eq!(task.await.expect("it does not panic"), Ok(()));
        other.await.expect("it does not panic").expect("it was received");
        assert_eq!(beside(false, || 1), 1);
    }
}
