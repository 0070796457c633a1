//! Waits as often and as long as its configuration says, and counts in its checkpoint.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use stepwell_plugin::{Duration, Failure, Invocation, Outcome, Progress, Wait, WaitingStep, info};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Config {
    /// The number of waits. With 0 the step is done at once.
    rounds: u32,
    /// The length of one wait in milliseconds.
    #[serde(default)]
    after_ms: u64,
    /// The round that fails instead of waiting or being done; 0 is the start.
    fail_at: Option<u32>,
    /// Whether that failure is retryable.
    #[serde(default)]
    retryable: bool,
    /// The attempt that fails; without it, every attempt does.
    fail_attempt: Option<u32>,
    /// The round that panics.
    panic_at: Option<u32>,
    /// Loop forever when cancelled.
    #[serde(default)]
    spin_cancel: bool,
}

#[derive(Serialize, JsonSchema)]
struct Outputs {
    /// The number of waits.
    rounds: u32,
    /// The attempt that succeeded.
    attempt: u32,
    /// The distinct idempotency tokens of the calls of this attempt.
    tokens: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct Counted {
    round: u32,
    tokens: Vec<String>,
}

struct Waiter;

impl WaitingStep for Waiter {
    type Config = Config;
    type Outputs = Outputs;
    type Checkpoint = Counted;

    fn start(invocation: &Invocation, config: Config) -> Result<Outcome<Self>, Failure> {
        go_on(invocation, &config, Counted { round: 0, tokens: Vec::new() })
    }

    fn resume(invocation: &Invocation, config: Config, counted: Counted) -> Result<Outcome<Self>, Failure> {
        go_on(invocation, &config, Counted { round: counted.round + 1, ..counted })
    }

    fn cancel(_: &Invocation, config: Config, counted: Counted) -> Result<(), Failure> {
        info!("cancelled at round {}", counted.round);
        if !config.spin_cancel {
            return Ok(());
        }
        loop {
            std::hint::black_box(());
        }
    }
}

fn go_on(invocation: &Invocation, config: &Config, mut counted: Counted) -> Result<Outcome<Waiter>, Failure> {
    let round = counted.round;
    info!("round {round} of {}", config.rounds);
    if counted.tokens.last() != Some(&invocation.idempotency_token) {
        counted.tokens.push(invocation.idempotency_token.clone());
    }
    if config.fail_at == Some(round) && config.fail_attempt.is_none_or(|attempt| attempt == invocation.attempt) {
        let failure = Failure::new("ToldToFail", format!("failed at round {round}"));
        return Err(if config.retryable { failure.retryable() } else { failure });
    }
    assert!(config.panic_at != Some(round), "told to panic at round {round}");
    if round >= config.rounds {
        return Ok(Outcome::Done(Outputs { rounds: round, attempt: invocation.attempt, tokens: counted.tokens }));
    }
    Ok(Outcome::Wait(Wait {
        after: Duration::milliseconds(config.after_ms),
        message: format!("round {round} of {}", config.rounds),
        progress: Some(Progress { done: round.into(), total: Some(config.rounds.into()), unit: "rounds".to_owned() }),
        checkpoint: counted,
    }))
}

stepwell_plugin::export!(Waiter);
