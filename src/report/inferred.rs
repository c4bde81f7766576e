//! What a plan takes for known though nobody states it.

use crate::check::count;
use crate::contract::{OperationId, Parameter};
use crate::profile::{Basis, Named};

/// The parameters that are taken for ids of what is answered, what that rests on and what says no; empty
/// where there are none.
#[must_use]
pub fn inferred(inferred: &[(&OperationId, &Named)]) -> String {
    let (repeated, missed): (Vec<_>, Vec<_>) = inferred.iter().partition(|(_, named)| {
        let basis = named.basis;
        basis == Basis::Inferred
    });
    let repeated = told(&repeated, |why, no| {
        format!(
            "{why} taken for the id of what is answered, as the path ends with it, the object is called after it and a \
             member means the same (docs/cases.md); {no}"
        )
    });
    let missed = told(&missed, |why, no| {
        format!(
            "{why} taken for an id, as the path of a read ends with it and 404 is documented: an id that nothing has is \
             tried, and no answer is held against it; {no}"
        )
    });
    repeated + &missed
}

fn told(inferred: &[&(&OperationId, &Named)], words: impl FnOnce(&str, &str) -> String) -> String {
    let Some((operation, first)) = inferred.first() else {
        return String::new();
    };
    let lines = inferred.iter().map(|(operation, named)| {
        let steps = named.member.iter().flat_map(|member| {
            let within = member.within.iter();
            within.chain([&member.documented]).map(String::as_str)
        });
        let member = steps.collect::<Vec<_>>().join("/");
        let is = if member.is_empty() { "" } else { " is " };
        format!("  {operation}: {}{is}{member}\n", named.parameter)
    });
    let no = format!(
        "in a profile, [[identity]] with operation = \"{operation}\", parameter = \"{}\" and is = false says no:\n",
        first.parameter
    );
    let lines: String = lines.collect();
    words(&count(inferred.len(), "parameter"), &no) + &lines
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
