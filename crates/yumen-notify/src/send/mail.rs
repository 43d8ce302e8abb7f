//! Mail over SMTP. Its id stays the same over all attempts, so that mail readers show it once.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use lettre::message::header::ContentType;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::{Error as SmtpError, SmtpTransport};
use lettre::{Message as Mail, Transport as _};
use yumen_diagnostics::Message;

use crate::channel::Mailbox;
use crate::letter::Letter;
use crate::outcome::Outcome;
use crate::settings::Encryption;

pub(super) fn send(
    mailbox: &Mailbox,
    letter: &Letter,
    timeout: Duration,
    now: Timestamp,
) -> Outcome {
    let server = mailbox.settings.server.as_str();
    let Some(mail) = mail(mailbox, letter, now) else {
        return Outcome::Refused(Message::new("notify-mail-unwritable").with("host", server));
    };
    let transport = match transport(mailbox, timeout) {
        Ok(transport) => transport,
        Err(reason) => return Outcome::Refused(reason),
    };
    match transport.send(&mail) {
        Ok(_) => Outcome::Delivered,
        Err(error) => failure(mailbox, &error),
    }
}

fn mail(mailbox: &Mailbox, letter: &Letter, now: Timestamp) -> Option<Mail> {
    let settings = &mailbox.settings;
    let from: lettre::message::Mailbox = settings.from.parse().ok()?;
    let id = format!("<{}@{}>", letter.id, from.email.domain());
    let mut builder = Mail::builder()
        .from(from)
        .subject(letter.subject.as_str())
        .date(SystemTime::from(now))
        .message_id(Some(id))
        .header(ContentType::TEXT_PLAIN);
    for receiver in &settings.to {
        builder = builder.to(receiver.parse().ok()?);
    }
    builder.body(text(letter)).ok()
}

fn text(letter: &Letter) -> String {
    let mut text = String::new();
    for block in &letter.blocks {
        text.push_str(&block.heading);
        text.push_str("\r\n");
        for line in &block.lines {
            text.push_str("  ");
            text.push_str(line);
            text.push_str("\r\n");
        }
        if let Some(link) = &block.link {
            text.push_str("  ");
            text.push_str(link);
            text.push_str("\r\n");
        }
        text.push_str("\r\n");
    }
    text
}

fn transport(mailbox: &Mailbox, timeout: Duration) -> Result<SmtpTransport, Message> {
    let settings = &mailbox.settings;
    let server = settings.server.as_str();
    let tls = || {
        let mut parameters = TlsParameters::builder(server.to_owned());
        if let Some(authority) = &mailbox.authority {
            parameters =
                parameters.add_root_certificate(Certificate::from_pem(authority.as_bytes())?);
        }
        parameters.build_rustls()
    };
    let bad = |_: SmtpError| Message::new("notify-mail-tls").with("host", server);
    let tls = match settings.encryption {
        Encryption::StartTls => Tls::Required(tls().map_err(bad)?),
        Encryption::Tls => Tls::Wrapper(tls().map_err(bad)?),
        Encryption::None => Tls::None,
    };
    let mut builder = SmtpTransport::builder_dangerous(server)
        .port(settings.port)
        .timeout(Some(timeout))
        .tls(tls);
    if let (Some(user), Some(password)) = (&settings.user, &mailbox.password) {
        let password = password.reveal().to_owned();
        builder = builder.credentials(Credentials::new(user.clone(), password));
    }
    Ok(builder.build())
}

fn failure(mailbox: &Mailbox, error: &SmtpError) -> Outcome {
    let server = mailbox.settings.server.as_str();
    let code = error.status().map(u16::from);
    let said = |id| {
        let code = code.map_or_else(String::new, |code| code.to_string());
        let source = std::error::Error::source(error).map(ToString::to_string);
        let text = scrubbed(source.unwrap_or_default(), mailbox);
        super::message(id, server, &code, &text)
    };
    if error.is_permanent() {
        return Outcome::Refused(match code {
            Some(530 | 534 | 535 | 538) => said("notify-refused-login"),
            _ => said("notify-refused"),
        });
    }
    if error.is_transient() {
        return Outcome::Later(said("notify-server"));
    }
    let host = |id| Message::new(id).with("host", server);
    Outcome::Later(if error.is_timeout() {
        host("notify-timeout")
    } else if error.is_tls() {
        host("notify-tls")
    } else if error.is_client() {
        said("notify-server")
    } else {
        host("notify-broken")
    })
}

/// What the server said, without the password in any form that it was sent in: as it is, and as
/// the mechanisms LOGIN and PLAIN encode it.
fn scrubbed(text: String, mailbox: &Mailbox) -> String {
    let Some(password) = &mailbox.password else {
        return text;
    };
    let password = password.reveal();
    let user = mailbox.settings.user.as_deref().unwrap_or_default();
    let login = STANDARD.encode(password);
    let plain = STANDARD.encode(format!("\0{user}\0{password}"));
    [plain.as_str(), login.as_str(), password]
        .iter()
        .fold(text, |text, secret| text.replace(secret, "…"))
}
