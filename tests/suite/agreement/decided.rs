//! Each form that `docs/inference.md` decides, once lawful and once not, before all three judges.

use serde_json::{Value, json};

use super::forms;

/// An element of a name that says by the attribute of XML Schema whether it is null.
macro_rules! nil {
    ($name:literal, $is:literal, $content:literal) => {
        concat!(
            "<",
            $name,
            " xmlns:i='http://www.w3.org/2001/XMLSchema-instance' i:nil='",
            $is,
            "'>",
            $content,
            "</",
            $name,
            ">"
        )
    };
}

/// What stands in the place of one element, and whether that keeps the contract.
const XML: &[(&str, &str, bool)] = &[
    // Whole numbers: XML Schema's `integer`.
    ("<Whole>", "<Whole> +007\n</Whole>", true),
    (
        "<Whole>",
        "<Whole>1234567890123456789012345678901234567890</Whole>",
        true,
    ),
    ("<Whole>", "<Whole>1.0</Whole>", false),
    ("<Whole>", "<Whole>1e3</Whole>", false),
    ("<Whole>", "<Whole>\u{663}</Whole>", false),
    ("<Whole>", "<Whole>&#160;1</Whole>", false),
    ("<Whole>", "<Whole/>", false),
    // Numbers: XML Schema's `double`, without its words.
    ("<Number>", "<Number>-.5E+3</Number>", true),
    ("<Number>", "<Number>1.</Number>", true),
    ("<Number>", "<Number>1e-400</Number>", true),
    ("<Number>", "<Number>NaN</Number>", false),
    ("<Number>", "<Number>INF</Number>", false),
    ("<Number>", "<Number>-INF</Number>", false),
    ("<Number>", "<Number>1e400</Number>", false),
    ("<Number>", "<Number>1e</Number>", false),
    ("<Number>", "<Number>0x1F</Number>", false),
    ("<Number>", "<Number>1,5</Number>", false),
    // Booleans: the words of the profile.
    ("<MaybeFlag>", "<MaybeFlag>\tFalse </MaybeFlag>", true),
    ("<MaybeFlag>", "<MaybeFlag>false</MaybeFlag>", false),
    ("<MaybeFlag>", "<MaybeFlag>0</MaybeFlag>", false),
    // Date-times: RFC 3339.
    ("<Created>", "<Created>2020-12-08t17:37:04z</Created>", true),
    (
        "<Created>",
        "<Created>0000-01-01T00:00:00.123456789012-23:59</Created>",
        true,
    ),
    ("<Created>", "<Created>2016-12-31T23:59:60Z</Created>", true),
    (
        "<Created>",
        "<Created>1990-12-31T15:59:60-08:00</Created>",
        true,
    ),
    (
        "<Created>",
        "<Created>2016-12-31T12:00:60Z</Created>",
        false,
    ),
    ("<Created>", "<Created>2020-02-29T00:00:00Z</Created>", true),
    (
        "<Created>",
        "<Created>1900-02-29T00:00:00Z</Created>",
        false,
    ),
    (
        "<Created>",
        "<Created>10000-01-01T00:00:00Z</Created>",
        false,
    ),
    (
        "<Created>",
        "<Created>-2020-01-01T00:00:00Z</Created>",
        false,
    ),
    (
        "<Created>",
        "<Created>2020-01-01T24:00:00Z</Created>",
        false,
    ),
    ("<Created>", "<Created>2020-01-01T00:00:00</Created>", false),
    (
        "<Created>",
        "<Created>2020-01-01 00:00:00Z</Created>",
        false,
    ),
    ("<Created>", "<Created>2020-01-01T00:00Z</Created>", false),
    ("<Created>", "<Created>2020-01-01</Created>", false),
    // GUIDs.
    (
        "<Id>",
        "<Id> 4A515A15-D4D6-4b8e-828e-E0586F18F3A3 </Id>",
        true,
    ),
    (
        "<Id>",
        "<Id>{4a515a15-d4d6-4b8e-828e-e0586f18f3a3}</Id>",
        false,
    ),
    ("<Id>", "<Id>4a515a15d4d64b8e828ee0586f18f3a3</Id>", false),
    // What may be null: an empty element, where white space is nothing to all but texts.
    ("<MaybeWhole>", "<MaybeWhole/>", true),
    (
        "<MaybeWhole>",
        "<MaybeWhole> <!-- x --> </MaybeWhole>",
        true,
    ),
    ("<MaybeObject>", "<MaybeObject>\n</MaybeObject>", true),
    ("<MaybeObject>", "<MaybeObject>x</MaybeObject>", false),
    ("<MaybeList>", "<MaybeList/>", true),
    ("<MaybeList>", "<MaybeList/><MaybeList/>", false),
    ("<MaybeList>", "<MaybeList>1</MaybeList><MaybeList/>", false),
    ("<MaybeTexts>", "<MaybeTexts/><MaybeTexts/>", true),
    // Null in its other spelling: the sign of XML Schema on an empty element, and not none.
    ("<MaybeWhole>", "", false),
    ("<MaybeText>", "", false),
    ("<MaybeObject>", "", false),
    ("<MaybeWhole>", nil!("MaybeWhole", "true", ""), true),
    ("<MaybeText>", nil!("MaybeText", " 1 ", " "), true),
    ("<MaybeObject>", nil!("MaybeObject", "true", "\n"), true),
    ("<MaybeList>", nil!("MaybeList", "true", ""), true),
    ("<MaybeTexts>", nil!("MaybeTexts", "true", " "), true),
    ("<MaybeWhole>", nil!("MaybeWhole", "true", "1"), false),
    ("<MaybeWhole>", nil!("MaybeWhole", "yes", ""), false),
    ("<MaybeWhole>", nil!("MaybeWhole", "true' b='1", ""), false),
    (
        "<MaybeObject>",
        nil!("MaybeObject", "true", "<a>1</a>"),
        false,
    ),
    ("<MaybeWhole>", "<MaybeWhole nil='true'/>", false),
    ("<Whole>", nil!("Whole", "true", ""), false),
    ("<Text>", nil!("Text", "true", ""), false),
    ("<Whole>", "", false),
    ("<Null>", "", true),
    ("<Null>", "<Null><a>x<b/></a></Null>", true),
    ("<Null>", "<Null>1</Null><Null/><Null><a/></Null>", true),
    ("<Null>", "<Null/><Null b=\"1\"/>", false),
    // Attributes: those of XML itself alone, anywhere.
    (
        "<Text>",
        "<Text xml:lang=\"lv\" xml:space=\"preserve\">x</Text>",
        true,
    ),
    ("<Text>", "<Text xml:id=\"a\">x</Text>", false),
    ("<Text>", "<Text xml:base=\"http://x/\">x</Text>", false),
    ("<Text>", "<Text lang=\"lv\">x</Text>", false),
    (
        "<Text>",
        "<Text>x</Text><Extra xml:lang=\"lv\"><a xml:space=\"default\"/></Extra>",
        true,
    ),
    ("<Text>", "<Text>x</Text><Extra a=\"1\"/>", false),
    (
        "<Text>",
        "<Text>x</Text><Extra><a><b c=\"1\"/></a></Extra>",
        false,
    ),
    ("<Any>", "<Any><a b=\"1\"/></Any>", false),
    // Namespaces: no element in one, used or not.
    ("<Text>", "<Text xmlns:q=\"urn:q\">x</Text>", true),
    ("<Text>", "<Text xmlns=\"\">x</Text>", true),
    ("<Text>", "<Text xmlns=\"urn:q\">x</Text>", false),
    ("<Text>", "<Text>x</Text><Extra xmlns=\"urn:q\"/>", false),
    (
        "<Text>",
        "<Text>x</Text><q:Extra xmlns:q=\"urn:q\"/>",
        false,
    ),
    (
        "<Text>",
        "<Text>x</Text><Extra xmlns:q=\"urn:q\"><a><q:b/></a></Extra>",
        false,
    ),
    ("<Any>", "<Any><q:b xmlns:q=\"urn:q\"/></Any>", false),
    // Text, elements and what is neither.
    (
        "<Text>",
        "<Text>x<!-- y --><?z?><![CDATA[ <a> ]]></Text>",
        true,
    ),
    ("<Text>", "<Text>x<a/></Text>", false),
    ("<Text>", "<Text>x</Text>y", false),
    ("<Text>", "<Text>x</Text>&#160;", false),
    ("<Text>", "<Text>x</Text><Extra>x<a/>y</Extra>", true),
    ("<Text>", "<Text>x</Text><Text>x</Text>", false),
    // Lists inside lists repeat their name.
    ("<Grid>", "<Grid/>", true),
    ("<Grid>", "<Grid><Grid>1</Grid><item>1</item></Grid>", false),
    ("<Grid>", "<Grid>1</Grid>", false),
    // Members that others depend on.
    ("<HasNumbers>", "<HasNumbers/>", true),
    ("<HasNumbers>", "", true),
    ("<HasNumbers>", "<HasNumbers>True</HasNumbers>", false),
    (
        "<HasNumbers>",
        "<HasNumbers>True</HasNumbers><More>1</More><Counted>1</Counted>",
        false,
    ),
    (
        "<HasNumbers>",
        "<HasNumbers/><More>1</More><Counted>1</Counted>",
        true,
    ),
    ("<Text>", "<Text>x</Text><Shut>1</Shut>", false),
    (
        "<IsOpen>",
        "<IsOpen>False</IsOpen><Closed>1</Closed><Shut>1</Shut>",
        true,
    ),
    (
        "<IsOpen>",
        "<IsOpen>False</IsOpen><Closed>1</Closed>",
        false,
    ),
    ("<IsOpen>", "<IsOpen>False</IsOpen>", false),
    ("<IsOpen>", "<IsOpen/>", false),
    // Constants are compared as numbers.
    ("<status>", "<status>-00</status>", true),
    ("<status>", "<status>99999999999999999999</status>", false),
    ("<version>", "<version>-2.0e0</version>", true),
    ("<version>", "<version>2</version>", false),
];

#[test]
fn each_form_in_xml_is_decided_once() {
    let (subject, _, xml) = forms();
    let altered = |(element, other, _): &(&str, &str, bool)| {
        let (before, rest) = xml.split_once(element).unwrap();
        let end = element.replace('<', "</");
        let (_, after) = rest.split_once(&end).unwrap();
        // The first item of a list of lists ends where its list does.
        let after = after.strip_prefix("<Grid>2</Grid></Grid>").unwrap_or(after);
        format!("{before}{other}{after}")
    };
    let texts: Vec<String> = XML.iter().map(altered).collect();
    for ((_, form, keeps), text) in XML.iter().zip(&texts) {
        let (said, why) = subject.walked(0, super::Format::Xml, text).unwrap();
        assert_eq!(said, *keeps, "{form}: {why}");
    }
    if let Some(judged) = subject.xml(0, &texts) {
        judged.assert_none(XML.len());
    }
}

#[test]
fn each_form_in_json_is_decided_once() {
    let (subject, body, _) = forms();
    let forms: &[(&str, Value, bool)] = &[
        ("/response/Whole", json!(1.0), true),
        ("/response/Whole", json!(1e20), true),
        ("/response/Whole", json!(1.5), false),
        ("/response/Whole", json!("1"), false),
        ("/response/Whole", json!(null), false),
        ("/response/Number", json!(1), true),
        ("/response/Number", json!("NaN"), false),
        ("/response/Created", json!("2020-12-08t17:37:04z"), true),
        ("/response/Created", json!("2016-12-31T23:59:60Z"), true),
        ("/response/Created", json!("2016-12-31T12:00:60Z"), false),
        ("/response/Created", json!("10000-01-01T00:00:00Z"), false),
        ("/response/Created", json!(" 2020-12-08T17:37:04Z"), false),
        ("/response/Created", json!("2020-12-08T17:37:04Z\n"), false),
        ("/response/Created", json!("x2020-12-08T17:37:04Z"), false),
        ("/response/Created", json!("2020-02-30T17:37:04Z"), false),
        (
            "/response/Id",
            json!("4A515A15-D4D6-4b8e-828e-E0586F18F3A3"),
            true,
        ),
        (
            "/response/Id",
            json!("4a515a15d4d64b8e828ee0586f18f3a3"),
            false,
        ),
        (
            "/response/Id",
            json!("{4a515a15-d4d6-4b8e-828e-e0586f18f3a3}"),
            false,
        ),
        ("/response/MaybeList", json!(null), true),
        ("/response/MaybeList", json!([null]), false),
        ("/response/MaybeObject", json!(null), true),
        ("/response/MaybeObject", json!({}), false),
        ("/response/MaybeCreated", json!(null), true),
        ("/response/MaybeCreated", json!(""), false),
        ("/response/HasNumbers", json!(null), true),
        ("/response/HasNumbers", json!(true), false),
        ("/response/IsOpen", json!(false), false),
        ("/response/Grid", json!([[], [1]]), true),
        ("/response/Grid", json!([1]), false),
        ("/response/Null", json!({"a": [null]}), true),
        ("/status", json!(0.0), true),
        ("/status", json!(1.0), false),
        ("/status", json!(1e20), false),
        ("/version", json!(-2.0), true),
        ("/version", json!(2), false),
    ];
    let altered = |(pointer, value, _): &(&str, Value, bool)| {
        let mut body = body.clone();
        *body.pointer_mut(pointer).unwrap() = value.clone();
        body
    };
    let bodies: Vec<Value> = forms.iter().map(altered).collect();
    for ((pointer, form, keeps), body) in forms.iter().zip(&bodies) {
        let (said, why) = subject
            .walked(0, super::Format::Json, &body.to_string())
            .unwrap();
        assert_eq!(said, *keeps, "{pointer}: {form}: {why}");
    }
    subject.json(0, &bodies).assert_none(forms.len());
}
