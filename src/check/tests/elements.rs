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
