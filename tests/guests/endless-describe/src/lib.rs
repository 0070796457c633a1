//! Loops forever in `describe`.

use stepwell_plugin::bindings::exports::stepwell::step::step::{Description, Failure, Guest, Invocation, Outcome};

struct EndlessDescribe;

impl Guest for EndlessDescribe {
    fn describe() -> Description {
        loop {
            std::hint::black_box(());
        }
    }

    fn start(invocation: Invocation) -> Result<Outcome, Failure> {
        Ok(Outcome::Done(invocation.config))
    }

    fn resume(invocation: Invocation, _: Vec<u8>) -> Result<Outcome, Failure> {
        Ok(Outcome::Done(invocation.config))
    }

    fn cancel(_: Invocation, _: Vec<u8>) -> Result<(), Failure> {
        Ok(())
    }
}

stepwell_plugin::bindings::export_contract!(EndlessDescribe with_types_in stepwell_plugin::bindings);
