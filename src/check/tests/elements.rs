//! XML, element by element.

use super::*;

#[test]
fn values_of_elements_are_spelled_as_the_profile_says() {
    for (old, new, expected) in [
        // Values in other spellings.
        (
            "<response>\n<id>1",
            "<response>\n<id> +1 ",
            "spelling /result/response/id",
        ),
        (
            "<response>\n<id>1",
            "<response>\n<id>1.5",
            "fraction /result/response/id",
        ),
        (
            "<response>\n<id>1",
            "<response>\n<id>one",
            "type /result/response/id",
        ),
        (
            "<response>\n<id>1",
            "<response>\n<id>",
            "type /result/response/id",
        ),
        (
            "<response>\n<id>1",
            "<response>\n<id>\u{a0}1",
            "type /result/response/id",
        ),
        ("<Name>a", "<Name>", ""),
        ("<Name>a", "<Name><![CDATA[<]]>&amp;<!-- b -->", ""),
        ("<Name>a", "<Name><b/>", "type /result/response/Name"),
        ("<Rate>1.5", "<Rate>2", ""),
        ("<Rate>1.5", "<Rate>x", "type /result/response/Rate"),
        ("<IsSmall>True", "<IsSmall>False", ""),
        (
            "<IsSmall>True",
            "<IsSmall>True\n",
            "spelling /result/response/IsSmall",
        ),
        ("<Rate>1.5", "<Rate>-0.0", "spelling /result/response/Rate"),
        ("<Rate>1.5", "<Rate>-0.5", ""),
        (
            "<IsSmall>True",
            "<IsSmall>true",
            "lexical /result/response/IsSmall",
        ),
        (
            "<IsSmall>True",
            "<IsSmall>1",
            "lexical /result/response/IsSmall",
        ),
        (
            "<IsSmall>True",
            "<IsSmall>yes",
            "type /result/response/IsSmall",
        ),
        (
            "2020-12-08T17:37:04.5916406Z",
            "2020-12-08",
            "date-time /result/response/Created",
        ),
        (
            "2020-12-08T17:37:04.5916406Z",
            "2020-12-08T17:37:04-01:00",
            "",
        ),
        (
            "00000000-0000-0000-0000-000000000000",
            "0",
            "guid /result/response/Owner/Id",
        ),
        ("<Tags>x</Tags><Tags>y</Tags>", "", ""),
        (
            "<Size>2</Size>",
            "",
            "missing /result/response/Parts/0/Size",
        ),
        ("<Rest />", "<Rest>a<b/></Rest>", ""),
        ("<Rest />", "<Rest>a</Rest><Rest/><Rest><b/></Rest>", ""),
        (
            "<Rest />",
            "<Rest/><Rest><b c='1'/></Rest>",
            "attribute /result/response/Rest",
        ),
    ] {
        let body = xml_with(old, new);
        assert_eq!(
            judged(Speech::Documented, READS, Format::Xml, 200, &body),
            expected,
            "{new}"
        );
    }
}

#[test]
fn elements_are_there_once_under_their_names() {
    for (old, new, expected) in [
        // Elements that are not there, too often, or under another name.
        ("<Name>a</Name>", "", "missing /result/response/Name"),
        (
            "<Name>a</Name>",
            "<name>a</name>",
            "letter-case /result/response/Name",
        ),
        (
            "<Name>a</Name>",
            "<Nome>a</Nome>",
            "missing /result/response/Name",
        ),
        (
            "<Name>a</Name>",
            "<Name>a</Name><Name>b</Name>",
            "repeated /result/response/Name",
        ),
        // Nothing is known of it: it may be a list without items.
        ("<Rest />", "", ""),
        ("<Rest />", "<rest />", "letter-case /result/response/Rest"),
        (
            "<Name>a",
            "<Name b='1' c='2'>a",
            "attribute /result/response/Name",
        ),
        ("<Name>a", "<Name xml:lang='en'>a", ""),
        ("<Name>a", "<Name xmlns='n'>a", "namespace /result"),
        ("<Owner>", "<Owner>text", "mixed /result/response/Owner"),
        ("<Owner>", "<Owner>\t\r\n ", ""),
        // The envelope.
        ("<status>0", "<status>1", "constant /result/status"),
        ("<status>0", "<status>zero", "type /result/status"),
        ("<status>0</status>", "", "missing /result/status"),
        (
            "<status>0</status>",
            "<status>0</status><error/>",
            "undocumented /result/error",
        ),
    ] {
        let body = xml_with(old, new);
        assert_eq!(
            judged(Speech::Documented, READS, Format::Xml, 200, &body),
            expected,
            "{new}"
        );
    }
    let other = xml_with("<result>", "<answer>").replace("</result>", "</answer>");
    assert_eq!(
        judged(Speech::Documented, READS, Format::Xml, 200, &other),
        "root /result"
    );
}

#[test]
fn a_payload_of_another_name_or_one_step_deeper_is_no_empty_list() {
    let expectation = expectation(Speech::Documented, LINKS, Format::Xml);
    let deeper = Observed::Deeper(Name::Plain("Contact".to_owned()));
    let one = "<id>1</id><Name>a</Name>";
    for (rest, rules, payload, is_deeper) in [
        ("", "", Some(0), false),
        (&format!("<response>{one}</response>"), "", Some(1), false),
        (
            &format!("<data>{one}</data>"),
            "missing /result/response",
            None,
            false,
        ),
        (
            &format!("<Response>{one}</Response>"),
            "letter-case /result/response",
            None,
            false,
        ),
        (
            &format!("<responses>{one}</responses>"),
            "missing /result/response",
            None,
            false,
        ),
        (
            &format!("<response><Contact>{one}</Contact></response>"),
            "missing /result/response/0/id, missing /result/response/0/Name",
            Some(1),
            true,
        ),
        (
            &format!("<response><Contact>{one}</Contact><Contact>{one}</Contact></response>"),
            "missing /result/response/0/id, missing /result/response/0/Name",
            Some(1),
            true,
        ),
        (
            "<response><Contact><id>1</id></Contact></response>",
            "missing /result/response/0/id, missing /result/response/0/Name",
            Some(1),
            false,
        ),
    ] {
        let body = format!("<result><status>0</status>{rest}</result>");
        let reading = read(expectation, Ok(response(Format::Xml, 200, &body)));
        let found = &reading.violations;
        assert_eq!(told(found), rules, "{rest}");
        let held = reading.body.as_deref();
        let held = held.and_then(|body| expectation.payload(body)?.as_array().map(Vec::len));
        assert_eq!(held, payload, "{rest}");
        let mut missing = found.iter().filter(|one| one.rule == Rule::Missing);
        assert_eq!(missing.any(|one| one.actual == deeper), is_deeper, "{rest}");
    }
    // Lists too, as far as they are there.
    let lists = xml_with("<response>", "<response><Contact>");
    let lists = lists.replace("</response>", "</Contact></response>");
    let found = judged(Speech::Documented, READS, Format::Xml, 200, &lists);
    assert!(found.contains("missing /result/response/Tags"), "{found}");
    let none = lists.replace("<Tags>x</Tags><Tags>y</Tags>", "");
    let found = judged(Speech::Documented, READS, Format::Xml, 200, &none);
    assert!(!found.contains("/Tags"), "{found}");
}

#[test]
fn a_list_that_is_the_whole_answer_has_the_names_of_its_document() {
    let pet = "type: object, required: [id, nick], properties: {id: {type: integer}, nick: {type: [string, 'null']}}";
    let named = format!("{{{pet}, xml: {{name: pet}}}}");
    let bare = format!("{{{pet}}}");
    let pets = "xml: {name: pets, wrapped: true}, ";
    for (xml, item, body, expected) in [
        (
            pets,
            &named,
            "<pets><pet><id>1</id><nick>a</nick></pet></pets>",
            "",
        ),
        (
            pets,
            &named,
            "<pets><pet><id>1</id></pet><pet><id>2</id></pet></pets>",
            "",
        ),
        (pets, &named, "<pets/>", ""),
        (
            pets,
            &named,
            "<list><pet><id>1</id></pet></list>",
            "root /pets",
        ),
        (
            pets,
            &named,
            "<pets><cat><id>1</id></cat></pets>",
            "undocumented /pets/cat",
        ),
        (
            pets,
            &named,
            "<pets><pet><nick/></pet></pets>",
            "missing /pets/0/id",
        ),
        // What the document does not call may be called anything, and all alike.
        (
            "",
            &bare,
            "<ArrayOfPet><Pet><id>1</id></Pet><Pet><id>2</id></Pet></ArrayOfPet>",
            "",
        ),
        (
            "",
            &bare,
            "<a><b><id>1</id></b><c><id>1</id></c></a>",
            "undocumented /result/c",
        ),
        ("", &bare, "<a><b><id>x</id></b></a>", "type /result/0/id"),
    ] {
        let text = format!(
            "openapi: 3.1.0\npaths:\n  /pets:\n    get:\n      responses:\n        '200':\n          description: Pets\n          \
             content: {{application/xml: {{schema: {{type: array, {xml}items: {item}}}}}}}\n"
        );
        let contract = contract::of_sources(vec![Source::new("pets.yaml", &text)]).unwrap();
        let profile = Arc::new(profile::load("as-documented").unwrap());
        // The document that is made of it says the same.
        let again = crate::schema::openapi(&contract, &profile).to_string();
        let again = contract::of_sources(vec![Source::new("again.json", &again)]).unwrap();
        for contract in [&contract, &again] {
            let all = Expectations::of(contract, &profile, false);
            let expectation = all.get(0, Format::Xml).unwrap();
            let reading = read(expectation, Ok(response(Format::Xml, 200, body)));
            assert_eq!(told(&reading.violations), expected, "{body}");
            let grammar = crate::schema::relax_ng(&expectation.answer);
            let is_free = xml.is_empty();
            assert_eq!(
                grammar.contains("<element name=\"pets\">"),
                !is_free,
                "{grammar}"
            );
            assert_eq!(
                grammar.contains("<element name=\"pet\">"),
                !is_free,
                "{grammar}"
            );
        }
    }
}
