//! Checks what an expression names, whatever the values will be: filters, tests and functions, and their arguments.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use minijinja::machinery::ast::{CallArg, Expr};

use super::environment::LANGUAGE;
use super::references::parts;
use super::{NOW, shown, times};
use crate::error::{list_names, nearest};
use crate::pattern;

/// What is wrong with an expression whatever its values will be.
#[derive(Debug)]
pub(super) struct Mistake {
    pub(super) message: String,
    pub(super) advice: String,
}

/// Checks a whole expression.
pub(super) fn check(whole: &Expr<'_>) -> Result<(), Mistake> {
    let mut left = vec![whole];
    while let Some(expr) = left.pop() {
        match expr {
            Expr::Filter(filter) => {
                let takes = LANGUAGE.takes_of_filter(filter.name);
                let takes = takes.ok_or_else(|| unknown("filter", filter.name, LANGUAGE.filters()))?;
                takes.check(&format!("the filter `{}`", filter.name), &filter.args)?;
                check_literals(filter.name, &filter.args)?;
            }
            Expr::Test(test) => {
                let takes = LANGUAGE.takes_of_test(test.name);
                let takes = takes.ok_or_else(|| unknown("test", test.name, LANGUAGE.tests()))?;
                takes.check(&format!("the test `{}`", test.name), &test.args)?;
            }
            Expr::Call(call) => match &call.expr {
                Expr::Var(var) if var.id == NOW && call.args.is_empty() => continue,
                Expr::Var(var) if var.id == NOW => return Err(now_takes_nothing()),
                Expr::Var(var) => return Err(unknown_function(var.id)),
                _ => return Err(no_method()),
            },
            _ => {}
        }
        left.extend(parts(expr));
    }
    Ok(())
}

fn unknown(kind: &str, name: &str, known: Vec<&'static str>) -> Mistake {
    let name = shown(name);
    let advice = match nearest(&name, known.iter().copied()) {
        Some(meant) => format!("write `{meant}` instead of `{name}`"),
        None => format!("use one of the {kind}s of docs/jobs.md"),
    };
    Mistake { message: format!("`{name}` is no {kind}; the {kind}s are {}", list_names(known)), advice }
}

fn unknown_function(name: &str) -> Mistake {
    let (name, filters) = (shown(name), LANGUAGE.filters());
    let advice = match filters.iter().find(|filter| **filter == name) {
        Some(filter) => format!("write `value|{filter}`: it is a filter"),
        None => "use a filter, or an option with the value".to_owned(),
    };
    Mistake { message: format!("`{name}` is no function"), advice }
}

fn now_takes_nothing() -> Mistake {
    let message = "the function `now` takes no argument".to_owned();
    Mistake { message, advice: "write `now()|plus('2h')`, or `now()|date('%H:%M', 'Europe/Berlin')`".to_owned() }
}

/// Checks the arguments that are written out: tests, durations, time zones, formats and patterns.
fn check_literals(filter: &str, args: &[CallArg<'_>]) -> Result<(), Mistake> {
    let literal = |at: usize| match args.get(at) {
        Some(CallArg::Pos(Expr::Const(constant))) => constant.value.as_str(),
        _ => None,
    };
    let test = match filter {
        "select" | "reject" => literal(0).map(|name| (name, 1)),
        "selectattr" | "rejectattr" => literal(1).map(|name| (name, 2)),
        _ => None,
    };
    if let Some((name, given)) = test {
        let takes = LANGUAGE.takes_of_test(name).ok_or_else(|| unknown("test", name, LANGUAGE.tests()))?;
        return takes.check(&format!("the test `{name}`"), args.get(given..).unwrap_or_default());
    }
    match filter {
        "plus" | "minus" => literal(0)
            .map_or(Ok(()), |text| times::duration(text).map(drop))
            .map_err(mistake("write numbers with `d`, `h`, `m`, `s` or `ms`, the largest unit first")),
        "date" => {
            let zone = literal(1).map_or(Ok(TimeZone::UTC), times::time_zone);
            let zone = zone.map_err(mistake("write a name of the IANA database, such as `Europe/Berlin`"))?;
            let format = literal(0).unwrap_or("%Y");
            times::written(Timestamp::UNIX_EPOCH, format, zone)
                .map(drop)
                .map_err(mistake("write a format such as `%d.%m.%Y %H:%M`"))
        }
        "regex_search" | "regex_replace" => literal(0)
            .map_or(Ok(()), |pattern| pattern::compile(pattern).map(drop))
            .map_err(mistake("correct the pattern, for instance `i-[0-9a-f]+`")),
        _ => Ok(()),
    }
}

fn mistake(advice: &'static str) -> impl Fn(String) -> Mistake {
    move |message| Mistake { message, advice: advice.to_owned() }
}

fn no_method() -> Mistake {
    let message = "a value has no functions of its own".to_owned();
    Mistake { message, advice: "write a filter, such as `value|upper` for `value.upper()`".to_owned() }
}

/// The arguments that a filter or a test takes beside its value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Takes {
    least: usize,
    most: usize,
    named: &'static [&'static str],
    /// The named argument that it needs.
    needs: Option<&'static str>,
}

impl Takes {
    /// So many arguments in a row.
    pub(super) const fn some(least: usize, most: usize) -> Self {
        Self { least, most, named: &[], needs: None }
    }

    /// These arguments by name, too.
    pub(super) const fn or_named(self, named: &'static [&'static str]) -> Self {
        Self { named, ..self }
    }

    /// This argument by name in any case.
    pub(super) const fn and_needs(self, name: &'static str) -> Self {
        Self { needs: Some(name), ..self }
    }

    fn check(&self, who: &str, given: &[CallArg<'_>]) -> Result<(), Mistake> {
        let (mut in_row, mut by_name) = (0, Vec::new());
        for argument in given {
            match argument {
                CallArg::Pos(_) => in_row += 1,
                CallArg::Kwarg(name, _) => by_name.push(*name),
                CallArg::PosSplat(_) | CallArg::KwargSplat(_) => {
                    let message = format!("{who} takes no `*`");
                    return Err(Mistake { message, advice: "write the arguments one by one".to_owned() });
                }
            }
        }
        if let Some(wrong) = by_name.iter().find(|name| !self.named.contains(name)) {
            let wrong = shown(wrong);
            let known = self.named.iter().copied();
            let advice = match nearest(&wrong, known.clone()) {
                Some(meant) => format!("write `{meant}` instead of `{wrong}`"),
                None => format!("remove `{wrong}=…`"),
            };
            return Err(Mistake {
                message: format!("{who} has no argument `{wrong}`; by name it takes {}", list_names(known)),
                advice,
            });
        }
        if in_row > self.most {
            let message = format!("{who} takes {}, and gets {in_row}", count(self.most, "argument"));
            let advice = if self.named.is_empty() { "remove what is too much" } else { "write the others by name" };
            return Err(Mistake { message, advice: advice.to_owned() });
        }
        if in_row + by_name.len() < self.least {
            let message = format!("{who} needs {}", count(self.least, "argument"));
            return Err(Mistake { message, advice: "add what is missing in brackets".to_owned() });
        }
        match self.needs.filter(|name| !by_name.contains(name)) {
            Some(name) => {
                let message = format!("{who} needs `{name}='…'`");
                Err(Mistake { message, advice: format!("add `{name}='…'` in brackets") })
            }
            None => Ok(()),
        }
    }
}

fn count(number: usize, of: &str) -> String {
    match number {
        0 => format!("no {of}"),
        1 => format!("one {of}"),
        _ => format!("{number} {of}s"),
    }
}
