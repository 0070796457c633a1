//! Where a request goes: the endpoint rules of a service, evaluated.

mod partition;
mod rules;

pub use partition::{Partition, Partitions, PatternPart, RegionPattern};
pub use rules::{
    Attribute, AuthKind, AuthTemplate, BuiltIn, Call, Condition, EndpointTemplate, Expression, Outcome, Parameter,
    ParameterKind, Piece, Rule, RuleSet, Step, Template,
};
