//! Objects whose names are data, as in a dictionary.

use super::*;

/// Prices by day, which nothing says but the names themselves.
const PRICES: &str = r#"GET api/2.0/tram/prices

Returns

Prices

Example Response

application/json

{"status": 0, "response": {"Line": "ring", "Days": {"2024-05-06": 3, "2024-05-07": 4},
 "Stops": [{"17": {"Name": "quay"}, "18": {"Name": "mill", "Roof": true}}]}}

text/xml

<result><status>0</status><response><Line>ring</Line><Days><_x0032_024-05-06>3</_x0032_024-05-06>
<_x0032_024-05-07>4</_x0032_024-05-07></Days><Stops><_x0031_7><Name>quay</Name></_x0031_7>
<_x0031_8><Name>mill</Name><Roof>True</Roof></_x0031_8></Stops></response></result>
"#;

fn expectations(notes: &str, strict: bool) -> Expectations {
    let contract = contract::of_sources(vec![Source::new("page", PRICES)]).unwrap();
    let text = format!("extends = \"as-documented\"\nname = \"mine\"\n{notes}");
    let profile = Arc::new(profile::parse("mine.toml", &text).unwrap());
    Expectations::of(&contract, &profile, strict)
}

fn judged(expectations: &Expectations, format: Format, days: &str, stops: &str) -> String {
    let body = match format {
        Format::Json => format!(
            "{{\"status\": 0, \"response\": {{\"Line\": \"a\", \"Days\": {days}, \"Stops\": [{stops}]}}}}"
        ),
        Format::Xml => format!(
            "<result><status>0</status><response><Line>a</Line><Days>{days}</Days><Stops>{stops}</Stops>\
             </response></result>"
        ),
    };
    let expectation = expectations.get(0, format).unwrap();
    told(&read(expectation, Ok(response(format, 200, &body))).violations)
}

#[test]
fn names_that_are_data_are_free_and_their_values_are_judged() {
    for strict in [false, true] {
        let expectations = expectations("", strict);
        for (days, stops, expected) in [
            ("{}", "{}", ""),
            (
                "{\"2031-01-01\": 9, \"total\": 0}",
                "{\"1\": {\"Name\": \"\"}}",
                "",
            ),
            (
                "{\"2024-05-06\": \"3\"}",
                "{}",
                "type /response/Days/2024-05-06",
            ),
            ("{\"x\": 1.5}", "{}", "fraction /response/Days/x"),
            ("{\"x\": null}", "{}", "null /response/Days/x"),
            ("[1]", "{}", "type /response/Days"),
            (
                "{}",
                "{\"9\": {\"Roof\": true}}",
                "missing /response/Stops/0/9/Name",
            ),
            (
                "{}",
                "{\"9\": {\"Name\": \"\", \"Roof\": 1}}",
                "type /response/Stops/0/9/Roof",
            ),
        ] {
            let found = judged(&expectations, Format::Json, days, stops);
            assert_eq!(found, expected, "{days} {stops}");
        }
        for (days, stops, expected) in [
            ("", "", ""),
            (
                "<a>1</a><_x0039_>2</_x0039_>",
                "<_x0031_><Name/></_x0031_>",
                "",
            ),
            ("<_x0039_>b</_x0039_>", "", "type /result/response/Days/9"),
            ("<a>1</a><a>2</a>", "", "repeated /result/response/Days/a"),
            ("<a><b/></a>", "", "type /result/response/Days/a"),
            ("", "<_x0031_/>", "missing /result/response/Stops/0/1/Name"),
        ] {
            let found = judged(&expectations, Format::Xml, days, stops);
            assert_eq!(found, expected, "{days} {stops}");
        }
    }
}

#[test]
fn a_note_says_of_names_and_values_what_no_page_does() {
    let free = "[[note]]\nat = \"Days/*\"\nat-most = 9\nnullable = true\nbecause = \"b\"\n";
    let free = expectations(free, false);
    for (days, expected) in [
        ("{\"x\": 9, \"y\": null}", ""),
        ("{\"x\": 10}", "too-large /response/Days/x"),
    ] {
        assert_eq!(judged(&free, Format::Json, days, "{}"), expected, "{days}");
    }
    let fixed = "[[note]]\nat = \"Days\"\nnames = \"documented\"\nbecause = \"b\"\n";
    let found = judged(
        &expectations(fixed, false),
        Format::Json,
        "{\"2024-05-06\": 3}",
        "{}",
    );
    assert_eq!(found, "missing /response/Days/2024-05-07");
    // Of all that is answered.
    let whole = "[[note]]\nat = \"\"\nnames = \"free\"\nbecause = \"b\"\n";
    let found = judged(&expectations(whole, true), Format::Json, "7", "");
    assert_eq!(found, "");
}

#[test]
fn both_formats_say_the_same_of_free_names() {
    let expectations = expectations("", false);
    let [json, xml] = Format::ALL.map(|format| expectations.get(0, format).unwrap());
    let of = |expectation: &Expectation, body: &str| {
        let answer = Ok(response(expectation.format, 200, body));
        read(expectation, answer).body.unwrap()
    };
    let wrapped = |days: &str| {
        format!(
            "<result><status>0</status><response><Line>a</Line><Days>{days}</Days></response></result>"
        )
    };
    let one = of(
        json,
        "{\"status\": 0, \"response\": {\"Line\": \"a\", \"Days\": {\"1 b\": 1, \"c\": 2}, \"Stops\": []}}",
    );
    for (days, expected) in [
        ("<c>2</c><_x0031__x0020_b>1</_x0031__x0020_b>", ""),
        (
            "<c>3</c><_x0031__x0020_b>1</_x0031__x0020_b>",
            "differs /response/Days/c",
        ),
        (
            "<_x0031__x0020_b>1</_x0031__x0020_b>",
            "differs /response/Days/c",
        ),
        (
            "<c>2</c><_x0031__x0020_b>1</_x0031__x0020_b><d>1</d>",
            "differs /response/Days/d",
        ),
    ] {
        let other = of(xml, &wrapped(days));
        let found = parity::judge(xml, &one, &other);
        assert_eq!(told(&found), expected, "{days}");
    }
}
