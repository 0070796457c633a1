//! Budgets: subject, measured value, limit, verdict.

use std::fmt;

/// A measured value beside its limit.
pub(super) struct Budget {
    what: &'static str,
    measured: f64,
    unit: &'static str,
    bound: Bound,
}

enum Bound {
    AtMost(f64),
    AtLeast(f64),
}

impl Budget {
    pub(super) fn at_most(limit: f64, unit: &'static str, what: &'static str, measured: f64) -> Self {
        Self { what, measured, unit, bound: Bound::AtMost(limit) }
    }

    pub(super) fn at_least(limit: f64, unit: &'static str, what: &'static str, measured: f64) -> Self {
        Self { what, measured, unit, bound: Bound::AtLeast(limit) }
    }

    fn is_kept(&self) -> bool {
        match self.bound {
            Bound::AtMost(limit) => self.measured <= limit,
            Bound::AtLeast(limit) => self.measured >= limit,
        }
    }
}

impl fmt::Display for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, measured, unit, bound } = self;
        let bound = match bound {
            Bound::AtMost(limit) => format!("≤ {limit} {unit}"),
            Bound::AtLeast(limit) => format!("≥ {limit} {unit}"),
        };
        let verdict = if self.is_kept() { "kept" } else { "MISSED" };
        write!(f, "{what:<44} {measured:>8.1} {unit:<5} {bound:>9}  {verdict}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_is_kept_up_to_its_bound() {
        assert!(Budget::at_most(20.0, "ms", "time", 20.0).to_string().ends_with("≤ 20 ms  kept"));
        assert!(Budget::at_most(20.0, "ms", "time", 20.1).to_string().ends_with("MISSED"));
        assert!(Budget::at_least(5.0, "times", "faster", 4.9).to_string().ends_with("MISSED"));
    }
}
