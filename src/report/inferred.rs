//! What a plan takes for known though nobody states it.

use crate::check::count;
use crate::contract::{OperationId, Parameter};
use crate::profile::Named;

/// The parameters that are taken for ids of what is answered, what that rests on and what says no; empty
/// where there are none.
#[must_use]
pub fn inferred(inferred: &[(&OperationId, &Named)]) -> String {
    let Some((operation, first)) = inferred.first() else {
        return String::new();
    };
    let lines = inferred.iter().filter_map(|(operation, named)| {
        let member = &named.member.as_ref()?.documented;
        Some(format!("  {operation}: {} is {member}\n", named.parameter))
    });
    let lines: String = lines.collect();
    format!(
        "{} taken for the id of what is answered, as the path ends with it, the object is called after it and a \
         member means the same (docs/cases.md); in a profile, [[identity]] with operation = \"{operation}\", \
         parameter = \"{}\" and is = false says no:\n{lines}",
        count(inferred.len(), "parameter"),
        first.parameter,
    )
}

/// The texts that paths end with and that no answer is held against, and what says which member repeats them; empty
/// where there are none.
#[must_use]
pub fn unheld(unheld: &[(&OperationId, &Parameter)]) -> String {
    let Some((operation, first)) = unheld.first() else {
        return String::new();
    };
    let lines = unheld
        .iter()
        .map(|(operation, parameter)| format!("  {operation}: {}\n", parameter.name));
    let lines: String = lines.collect();
    format!(
        "{} not held against the answer, as a text may have several spellings; in a profile, [[identity]] with \
         operation = \"{operation}\", parameter = \"{}\" and member = \"...\" says which member repeats it:\n{lines}",
        count(unheld.len(), "text parameter"),
        first.name,
    )
}
