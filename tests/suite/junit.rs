//! The report for CI servers, held against the rules of those that are strictest.

use std::fs;
use std::time::Duration;

use roxmltree::Node;
use serde_json::Value;

use crate::support::xmllint::{Judged, judge_all};
use crate::support::{Served, program, run};

/// What an element may hold by the schemas of Jenkins' xunit plugin (junit-10) and of Ant's reports: attributes
/// that it must have, those that it may have, children, and whether text stands in it.
type Rules = (
    &'static [&'static str],
    &'static [&'static str],
    &'static [&'static str],
    bool,
);

fn rules(name: &str) -> Option<Rules> {
    const OF_A_SUITE: &[&str] = &[
        "name",
        "tests",
        "failures",
        "errors",
        "time",
        "timestamp",
        "hostname",
        "id",
        "package",
    ];
    const RESULTS: &[&str] = &["skipped", "error", "failure"];
    const IN_A_SUITE: &[&str] = &["properties", "testcase", "system-out", "system-err"];
    Some(match name {
        "testsuites" => (&[], &[], &["testsuite"], false),
        "testsuite" => (OF_A_SUITE, &["skipped"], IN_A_SUITE, false),
        "properties" => (&[], &[], &["property"], false),
        "property" => (&["name", "value"], &[], &[], false),
        "testcase" => (&["name", "time", "classname"], &[], RESULTS, false),
        "failure" | "error" => (&["type"], &["message"], &[], true),
        "skipped" => (&[], &["type", "message"], &[], true),
        "system-out" | "system-err" => (&[], &[], &[], true),
        _ => return None,
    })
}

/// Every element is one that the strictest readers know, and holds nothing else.
pub(crate) fn check_structure(root: Node<'_, '_>) {
    assert!(root.has_tag_name("testsuites"));
    for node in root.descendants().filter(Node::is_element) {
        let name = node.tag_name().name();
        let (needed, allowed, children, has_text) =
            rules(name).unwrap_or_else(|| panic!("<{name}>"));
        for wanted in needed {
            assert!(node.has_attribute(*wanted), "<{name}> without {wanted}");
        }
        for attribute in node.attributes() {
            let is_known = [needed, allowed].concat().contains(&attribute.name());
            assert!(is_known, "<{name} {}>", attribute.name());
        }
        for child in node.children() {
            let is_known = child.is_element() && children.contains(&child.tag_name().name());
            let is_text = child.is_text() && (has_text || child.text().unwrap().trim().is_empty());
            assert!(is_known || is_text, "<{name}>: {child:?}");
        }
        // Digits and a point, as surefire writes them.
        if let Some(time) = node.attribute("time") {
            let (seconds, parts) = time.split_once('.').unwrap();
            let digits = format!("{seconds}{parts}");
            assert!(digits.bytes().all(|digit| digit.is_ascii_digit()), "{time}");
        }
        if let Some(timestamp) = node.attribute("timestamp") {
            moment(timestamp);
        }
    }
    let suites = root.children().filter(Node::is_element);
    for (at, suite) in suites.enumerate() {
        assert_eq!(suite.attribute("id"), Some(at.to_string().as_str()));
        let children = suite.children().filter(Node::is_element);
        let names: Vec<&str> = children.map(|node| node.tag_name().name()).collect();
        let [first, cases @ .., out, err] = names.as_slice() else {
            panic!("{names:?}");
        };
        assert_eq!(
            [*first, *out, *err],
            ["properties", "system-out", "system-err"]
        );
        assert!(cases.iter().all(|name| *name == "testcase"), "{names:?}");
        for case in suite
            .children()
            .filter(|node| node.has_tag_name("testcase"))
        {
            assert!(case.children().filter(Node::is_element).count() <= 1);
        }
        let cases = suite
            .children()
            .filter(|node| node.has_tag_name("testcase"));
        assert_eq!(time_of(suite), cases.map(time_of).sum::<Duration>());
    }
}

/// A moment in UTC, written without a zone.
fn moment(timestamp: &str) -> time::OffsetDateTime {
    let form = time::format_description::well_known::Rfc3339;
    time::OffsetDateTime::parse(&format!("{timestamp}Z"), &form).unwrap()
}

/// How long the run took, as each suite says.
fn time_of_run(suite: Node<'_, '_>) -> Duration {
    let mut properties = suite.descendants();
    let told = properties.find(|node| node.attribute("name") == Some("seconds-of-run"));
    duration(told.unwrap().attribute("value").unwrap())
}

fn time_of(node: Node<'_, '_>) -> Duration {
    duration(node.attribute("time").unwrap())
}

fn duration(text: &str) -> Duration {
    let (seconds, millis) = text.split_once('.').unwrap();
    assert_eq!(millis.len(), 3, "milliseconds");
    Duration::new(
        seconds.parse().unwrap(),
        millis.parse::<u32>().unwrap() * 1_000_000,
    )
}

#[test]
fn one_answer_after_the_other_takes_no_longer_than_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let before = time::OffsetDateTime::now_utc();
    // Writes go in a lane of their own, beside the reads.
    let mut command = program(&["run", "get-crm-contact", "--jobs", "1"]);
    command.arg("--report-junit").arg(path("x.xml"));
    command.arg("--report-json").arg(path("x.json"));
    let ended = run(&mut command);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let junit = fs::read_to_string(path("x.xml")).unwrap();
    let document = roxmltree::Document::parse(&junit).unwrap();
    let root = document.root_element();
    let json: Value = serde_json::from_slice(&fs::read(path("x.json")).unwrap()).unwrap();
    let milliseconds = |value: &Value| value.as_f64().unwrap();
    let elapsed = milliseconds(&json["elapsed_ms"]);
    let suites = root.children().filter(Node::is_element);
    let whole = time_of_run(suites.clone().next().unwrap());
    assert!((whole.as_secs_f64() * 1e3 - elapsed).abs() < 1.01);
    let sum: Duration = suites.clone().map(time_of).sum();
    assert!(sum <= whole, "{sum:?} of {elapsed} ms");
    assert!(sum > Duration::ZERO);
    // The JSON report counts an answer for every case that judges it.
    let cases = json["cases"].as_array().unwrap().iter();
    let shared: f64 = cases.map(|case| milliseconds(&case["elapsed_ms"])).sum();
    assert!(sum.as_secs_f64() * 1e3 < shared);
    for suite in suites {
        let started = moment(suite.attribute("timestamp").unwrap());
        assert!(started >= before - Duration::from_secs(1));
        assert!(started <= time::OffsetDateTime::now_utc());
    }
}

/// What Ant's reports may hold, by the schema that most tools quote for `JUnit` files.
const ANT: &str = r#"<grammar xmlns="http://relaxng.org/ns/structure/1.0"
    datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
  <define name="word"><data type="token"><param name="minLength">1</param></data></define>
  <define name="result">
    <attribute name="type"/>
    <optional><attribute name="message"/></optional>
    <text/>
  </define>
  <start>
    <element name="testsuites">
      <zeroOrMore>
        <element name="testsuite">
          <attribute name="package"><data type="token"/></attribute>
          <attribute name="id"><data type="int"/></attribute>
          <attribute name="name"><ref name="word"/></attribute>
          <attribute name="timestamp">
            <data type="dateTime">
              <param name="pattern">[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}</param>
            </data>
          </attribute>
          <attribute name="hostname"><ref name="word"/></attribute>
          <attribute name="tests"><data type="int"/></attribute>
          <attribute name="failures"><data type="int"/></attribute>
          <attribute name="errors"><data type="int"/></attribute>
          <optional><attribute name="skipped"><data type="int"/></attribute></optional>
          <attribute name="time"><data type="decimal"/></attribute>
          <element name="properties">
            <zeroOrMore>
              <element name="property">
                <attribute name="name"><ref name="word"/></attribute>
                <attribute name="value"/>
              </element>
            </zeroOrMore>
          </element>
          <zeroOrMore>
            <element name="testcase">
              <attribute name="name"><data type="token"/></attribute>
              <attribute name="classname"><data type="token"/></attribute>
              <attribute name="time"><data type="decimal"/></attribute>
              <optional>
                <choice>
                  <element name="skipped">
                    <zeroOrMore><attribute><anyName/></attribute></zeroOrMore>
                    <text/>
                  </element>
                  <element name="error"><ref name="result"/></element>
                  <element name="failure"><ref name="result"/></element>
                </choice>
              </optional>
            </element>
          </zeroOrMore>
          <element name="system-out"><text/></element>
          <element name="system-err"><text/></element>
        </element>
      </zeroOrMore>
    </element>
  </start>
</grammar>"#;

/// What the xunit plugin of Jenkins takes (junit-10), as far as it is about what any report holds.
const JENKINS: &str = r#"<grammar xmlns="http://relaxng.org/ns/structure/1.0"
    datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
  <define name="seconds">
    <data type="string"><param name="pattern">(([0-9]{0,3},)*[0-9]{3}|[0-9]{0,3})*(\.[0-9]{0,3})?</param></data>
  </define>
  <define name="result">
    <optional><attribute name="type"/></optional>
    <optional><attribute name="message"/></optional>
    <text/>
  </define>
  <define name="output">
    <choice>
      <element name="system-out"><text/></element>
      <element name="system-err"><text/></element>
    </choice>
  </define>
  <start>
    <element name="testsuites">
      <optional><attribute name="name"/></optional>
      <optional><attribute name="time"><ref name="seconds"/></attribute></optional>
      <optional><attribute name="tests"/></optional>
      <optional><attribute name="failures"/></optional>
      <optional><attribute name="errors"/></optional>
      <zeroOrMore>
        <element name="testsuite">
          <attribute name="name"/>
          <attribute name="tests"/>
          <attribute name="failures"/>
          <attribute name="errors"/>
          <optional><attribute name="time"><ref name="seconds"/></attribute></optional>
          <optional><attribute name="skipped"/></optional>
          <optional><attribute name="timestamp"/></optional>
          <optional><attribute name="hostname"/></optional>
          <optional><attribute name="id"/></optional>
          <optional><attribute name="package"/></optional>
          <zeroOrMore>
            <choice>
              <element name="properties">
                <zeroOrMore>
                  <element name="property"><attribute name="name"/><attribute name="value"/></element>
                </zeroOrMore>
              </element>
              <element name="testcase">
                <attribute name="name"/>
                <optional><attribute name="time"><ref name="seconds"/></attribute></optional>
                <optional><attribute name="classname"/></optional>
                <zeroOrMore>
                  <choice>
                    <element name="skipped"><ref name="result"/></element>
                    <element name="error"><ref name="result"/></element>
                    <element name="failure"><ref name="result"/></element>
                    <ref name="output"/>
                  </choice>
                </zeroOrMore>
              </element>
              <ref name="output"/>
            </choice>
          </zeroOrMore>
        </element>
      </zeroOrMore>
    </element>
  </start>
</grammar>"#;

/// Whether a text is one of each schema, Ant's first; nothing without xmllint.
pub(crate) fn check_schemas(text: &str, expected: [Judged; 2]) {
    for (grammar, expected) in [ANT, JENKINS].into_iter().zip(expected) {
        if let Some(judged) = judge_all(grammar, &[text.to_owned()]) {
            assert_eq!(judged, [expected], "{text}");
        }
    }
}

#[test]
fn the_report_is_one_of_both_schemas() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.xml");
    // A drift, a remark, and what is not asked.
    let fault = "schema:get-crm-contact-contactid:drop:TaskCount";
    let served = Served::start(&["--fault", fault]);
    let config = format!(
        "[target.here]\nurl = \"{}\"\n[[target.here.waiver]]\ncase = \"*::json::schema\"\n\
         pointer = \"/response/TaskCount\"\nkind = \"missing\"\nreason = \"known\"\nuntil = \"9000-01-01\"\n",
        served.url
    );
    std::fs::write(folder.path().join("portal-conformance.toml"), config).unwrap();
    let mut command = program(&["run", "--target", "here", "--warn", "count"]);
    command
        .current_dir(&folder)
        .arg("--report-junit")
        .arg(&path);
    command.env("PORTAL_TOKEN", crate::support::TOKEN);
    let ended = run(&mut command);
    let text = fs::read_to_string(path).unwrap_or_else(|_| panic!("{}", ended.stderr));
    assert!(text.contains("<skipped"), "{text}");
    check_schemas(&text, [Judged::Valid; 2]);
    let named = text.replace("<testsuites>", "<testsuites name=\"x\">");
    check_schemas(&named, [Judged::Invalid, Judged::Valid]);
    let zoned = text.replacen("\" timestamp=\"", "\" when=\"", 1);
    check_schemas(&zoned, [Judged::Invalid; 2]);
}
