//! Reasons of the ledger: messages come back as they went in, and typed words are none.

use proptest::collection::vec;
use proptest::prelude::*;
use yumen_change::{read_reason, reason};
use yumen_diagnostics::{Argument, Message};

proptest! {
    /// LAW (reasons read back): ids and values are those that were written.
    #[test]
    fn messages_are_read_back(given in vec((any::<String>(), -9_007_199_254_740_991..=9_007_199_254_740_991_i64), 0..4)) {
        let messages: Vec<Message> = given
            .iter()
            .map(|(text, number)| {
                let mut message = Message::new("change-moved").with("interfaces", text.as_str());
                message.arguments.push(("count", Argument::Number(*number)));
                message
            })
            .collect();
        let read = read_reason(&reason(&messages)).unwrap();
        prop_assert_eq!(read.len(), messages.len());
        for (read, (text, number)) in read.iter().zip(&given) {
            prop_assert_eq!(read.id.as_str(), "change-moved");
            let values = [
                ("count".to_owned(), Argument::Number(*number)),
                ("interfaces".to_owned(), Argument::Text(text.clone())),
            ];
            prop_assert_eq!(&read.arguments[..], &values[..]);
        }
    }
}

#[test]
fn typed_words_are_no_messages() {
    for words in [
        "",
        "not needed any more",
        "[]x",
        "[1]",
        "{\"id\":\"x\"}",
        "[{\"id\":\"x\"}]",
    ] {
        assert_eq!(read_reason(words), None, "{words}");
    }
}

#[test]
fn a_number_beyond_the_encoding_is_kept_in_the_plain_form() {
    let mut message = Message::new("change-moved");
    message
        .arguments
        .push(("count", Argument::Number(i64::MAX)));
    assert_eq!(
        reason(&[message]),
        format!("change-moved(count={})", i64::MAX)
    );
}
