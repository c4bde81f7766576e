//! One operation that several sources document, such as a page as text and as a browser saved it.

use serde_json::Value;

use crate::contract::{Format, Operation, ResponseExample};

/// One operation out of two of the same method and path; `None` where their answers contradict each other.
///
/// The one that says more stays, with its places; a token is needed where either says so, as some forms of a
/// page lose these words.
pub(super) fn joined(one: &Operation, other: &Operation) -> Option<Operation> {
    let mut formats = Format::ALL.into_iter();
    let agree = formats.all(
        |format| match (one.response(format), other.response(format)) {
            (Some(mine), Some(theirs)) => is_same((one, mine), (other, theirs)),
            _ => true,
        },
    );
    let says = |operation: &Operation| {
        let request = usize::from(operation.request.is_some());
        (
            operation.responses.len(),
            operation.parameters.len(),
            request,
        )
    };
    let more = if says(other) > says(one) { other } else { one };
    agree.then(|| Operation {
        authenticated: one.authenticated || other.authenticated,
        ..more.clone()
    })
}

/// Whether two examples say the same: the same JSON, or XML that differs in white space alone.
fn is_same(one: (&Operation, &ResponseExample), other: (&Operation, &ResponseExample)) -> bool {
    let text = |(operation, example): (&Operation, &ResponseExample)| {
        operation.source.slice(example.body).to_owned()
    };
    let (mine, theirs) = (text(one), text(other));
    let shapes = (&one.1.shape, &other.1.shape);
    let json = |text: &str| serde_json::from_str::<Value>(text).ok();
    let plain = |text: &str| text.split_whitespace().collect::<String>();
    match one.1.format {
        _ if shapes.0 != shapes.1 => false,
        Format::Json => json(&mine) == json(&theirs),
        Format::Xml => plain(&mine) == plain(&theirs),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use crate::contract::{Format, of_sources};
    use crate::source::Source;

    const JSON: &str = "application/json\n{\"status\": 0, \"response\": {\"id\": 7}}\n";
    const XML: &str =
        "text/xml\n<result><status>0</status><response><id>7</id></response></result>\n";

    fn page(heading: &str, answers: &str) -> Source {
        let text = format!("GET api/{heading}\n\nReturns\n\nX\n\nExample Response\n\n{answers}");
        Source::new(heading, &text)
    }

    #[test]
    fn sources_that_agree_are_one_operation() {
        let words = "Tram This function requires authentication";
        let spaced = JSON.replace(", ", ",\n  ");
        let both = format!("{spaced}{XML}");
        for sources in [
            vec![page("tram", JSON), page(words, &both)],
            vec![page(words, JSON), page("tram", &both)],
        ] {
            let contract = of_sources(sources).unwrap();
            let [operation] = contract.operations.as_slice() else {
                panic!("{contract:?}");
            };
            assert!(operation.authenticated);
            assert!(operation.response(Format::Xml).is_some());
        }
    }

    #[test]
    fn sources_that_contradict_each_other_are_told() {
        for (one, other) in [
            (JSON.to_owned(), JSON.replace('7', "8")),
            (XML.to_owned(), XML.replace("id>", "ID>")),
        ] {
            let error = of_sources(vec![page("tram", &one), page("Tram", &other)]).unwrap_err();
            let told = error.to_string();
            assert!(
                told.contains("GET api/Tram again (first in tram)"),
                "{told}"
            );
        }
    }
}
