//! Values that somebody named and that no request holds, in words.

use std::collections::BTreeSet;

use crate::case::{Unasked, WhyUnasked};
use crate::report::outline::without_danger;

/// A line for each parameter of the operations, which are places of the contract.
#[must_use]
pub fn unasked(all: &[Unasked], operations: &BTreeSet<usize>) -> Vec<String> {
    let of = all
        .iter()
        .filter(|one| !one.operations.is_disjoint(operations));
    of.map(|one| {
        let (name, values) = (&one.parameter, one.values.join(","));
        let why = match one.why {
            WhyUnasked::Nameless => format!(
                "nothing says that {name} names what is answered ([[identity]] in the profile does)"
            ),
            WhyUnasked::One => format!("{name} is sent with one value, the first that is named"),
        };
        without_danger(&format!("{name}={values} is asked by no request: {why}"))
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_selected_operations_have_is_told() {
        let one = |parameter: &str, why, operation| Unasked {
            parameter: parameter.to_owned(),
            values: vec!["32".to_owned(), "33".to_owned()],
            why,
            operations: BTreeSet::from([operation]),
        };
        let all = [
            one("doorid", WhyUnasked::Nameless, 0),
            one("projectid", WhyUnasked::One, 1),
        ];
        let told = |operations: &[usize]| unasked(&all, &operations.iter().copied().collect());
        assert_eq!(
            told(&[0, 1]),
            [
                "doorid=32,33 is asked by no request: nothing says that doorid names what is answered ([[identity]] in the profile does)",
                "projectid=32,33 is asked by no request: projectid is sent with one value, the first that is named",
            ]
        );
        assert_eq!(told(&[1]).len(), 1);
        assert_eq!(told(&[]), [""; 0]);
    }
}
