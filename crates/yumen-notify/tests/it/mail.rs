//! Mail against a small SMTP server, in the open and behind STARTTLS.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::JoinHandle;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use yumen_notify::{Channel, Encryption, Kind, MailSettings, Mailbox, Outcome, Secret};
use yumen_report::Language;

use crate::{letter, post, start};

/// What a server does differently from a good one.
#[derive(Clone, Default)]
struct Manners {
    /// Says this instead of a good answer to a command that begins like that
    odd: Option<(&'static str, &'static str)>,
    tls: Option<Arc<rustls::ServerConfig>>,
    password: Option<&'static str>,
}

/// What one connection brought.
#[derive(Debug, Default)]
struct Heard {
    commands: Vec<String>,
    mail: String,
    encrypted: bool,
}

struct Smtp {
    port: u16,
    thread: JoinHandle<Heard>,
}

impl Smtp {
    /// Serves one connection.
    fn new(manners: Manners) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let thread = std::thread::spawn(move || {
            let (stream, _) = listener.accept().unwrap();
            let mut heard = Heard::default();
            serve(stream, &manners, &mut heard);
            heard
        });
        Self { port, thread }
    }
}

fn serve(mut stream: TcpStream, manners: &Manners, heard: &mut Heard) {
    stream.write_all(b"220 mail.example.com ESMTP\r\n").unwrap();
    let wants_tls = {
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        talk(&mut reader, &mut stream, manners, heard)
    };
    if !wants_tls {
        return;
    }
    let config = Arc::clone(manners.tls.as_ref().unwrap());
    let connection = rustls::ServerConnection::new(config).unwrap();
    let mut reader = BufReader::new(Both(rustls::StreamOwned::new(connection, stream)));
    heard.encrypted = true;
    talk_encrypted(&mut reader, manners, heard);
}

struct Both(rustls::StreamOwned<rustls::ServerConnection, TcpStream>);

impl Read for Both {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.0.read(buffer)
    }
}

fn talk_encrypted(reader: &mut BufReader<Both>, manners: &Manners, heard: &mut Heard) {
    while let Some(line) = line(reader) {
        let (said, data) = reply(&line, manners, heard);
        let writer = &mut reader.get_mut().0;
        writer.write_all(said.as_bytes()).unwrap();
        writer.flush().unwrap();
        if data {
            take_mail(reader, heard);
            let writer = &mut reader.get_mut().0;
            writer.write_all(b"250 queued\r\n").unwrap();
            writer.flush().unwrap();
        }
    }
}

/// True if the client wants TLS from here on.
fn talk(
    reader: &mut impl BufRead,
    writer: &mut impl Write,
    manners: &Manners,
    heard: &mut Heard,
) -> bool {
    while let Some(line) = line(reader) {
        let (said, data) = reply(&line, manners, heard);
        if writer.write_all(said.as_bytes()).is_err() || said.is_empty() {
            return false;
        }
        if data {
            take_mail(reader, heard);
            writer.write_all(b"250 queued\r\n").unwrap();
        }
        if line == "STARTTLS" {
            return true;
        }
    }
    false
}

fn line(reader: &mut impl BufRead) -> Option<String> {
    let mut line = String::new();
    match reader.read_line(&mut line) {
        Ok(0) | Err(_) => None,
        Ok(_) => Some(line.trim_end().to_owned()),
    }
}

fn reply(line: &str, manners: &Manners, heard: &mut Heard) -> (String, bool) {
    heard.commands.push(line.to_owned());
    if let Some((command, said)) = manners.odd
        && line.starts_with(command)
    {
        return (said.to_owned(), false);
    }
    let word = line.split(' ').next().unwrap();
    let said = match word {
        "EHLO" => {
            let offer = match (&manners.tls, heard.encrypted) {
                (Some(_), false) => "250-STARTTLS\r\n",
                _ => "",
            };
            let login = if manners.password.is_some() && (heard.encrypted || manners.tls.is_none())
            {
                "250-AUTH PLAIN\r\n"
            } else {
                ""
            };
            format!("250-mail.example.com\r\n{offer}{login}250 8BITMIME\r\n")
        }
        "AUTH" => {
            let expected = format!("\0yumen\0{}", manners.password.unwrap());
            let given = STANDARD.decode(line.rsplit(' ').next().unwrap()).unwrap();
            if given == expected.as_bytes() {
                "235 ok\r\n".to_owned()
            } else {
                format!("535 no, {} is wrong\r\n", STANDARD.encode(given))
            }
        }
        "DATA" => return ("354 go on\r\n".to_owned(), true),
        "STARTTLS" => "220 go on\r\n".to_owned(),
        _ => "250 ok\r\n".to_owned(),
    };
    (said, false)
}

fn take_mail(reader: &mut impl BufRead, heard: &mut Heard) {
    while let Some(line) = line(reader) {
        if line == "." {
            return;
        }
        heard.mail.push_str(&line);
        heard.mail.push('\n');
    }
}

fn mailbox(port: u16, encryption: Encryption) -> Mailbox {
    Mailbox {
        settings: MailSettings {
            server: "localhost".to_owned(),
            port,
            encryption,
            user: None,
            from: "玉门 <yumen@example.com>".to_owned(),
            to: vec![
                "duty@example.com".to_owned(),
                "值班 <duty@example.cn>".to_owned(),
            ],
            authority: None,
        },
        password: None,
        authority: None,
    }
}

fn with_password(mut mailbox: Mailbox, password: &str) -> Mailbox {
    mailbox.settings.user = Some("yumen".to_owned());
    mailbox.password = Some(Secret::new(password));
    mailbox
}

fn send(mailbox: Mailbox) -> Outcome {
    let letter = letter(Kind::Mail, Language::Chinese);
    post().send(&Channel::Mail(mailbox), &letter, start())
}

/// A header with its continuation lines, decoded as RFC 2047 says.
fn header(mail: &str, name: &str) -> String {
    let head = mail.split("\n\n").next().unwrap().replace("\n ", " ");
    let line = head
        .lines()
        .find_map(|line| line.strip_prefix(name))
        .unwrap();
    let (mut bytes, mut after_encoded) = (Vec::new(), true);
    for word in line.trim_start_matches(": ").split(' ') {
        let encoded = word
            .strip_prefix("=?utf-8?b?")
            .and_then(|word| word.strip_suffix("?="));
        // A space between two encoded words is none.
        if !(after_encoded && encoded.is_some()) {
            bytes.push(b' ');
        }
        after_encoded = encoded.is_some();
        match encoded {
            Some(encoded) => bytes.extend(STANDARD.decode(encoded).unwrap()),
            None => bytes.extend(word.bytes()),
        }
    }
    String::from_utf8(bytes).unwrap().trim().to_owned()
}

fn body(mail: &str) -> String {
    let (_, body) = mail.split_once("\n\n").unwrap();
    match header(mail, "Content-Transfer-Encoding").as_str() {
        "base64" => {
            let bytes = STANDARD.decode(body.replace('\n', "")).unwrap();
            String::from_utf8(bytes).unwrap()
        }
        "8bit" => body.to_owned(),
        "quoted-printable" => quoted_printable(body),
        other => panic!("{other}"),
    }
}

fn quoted_printable(text: &str) -> String {
    let joined = text.replace("=\n", "");
    let mut parts = joined.split('=');
    let mut bytes = parts.next().unwrap().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).unwrap());
        bytes.extend(part[2..].bytes());
    }
    String::from_utf8(bytes).unwrap()
}

#[test]
fn chinese_mail_arrives_whole() {
    let smtp = Smtp::new(Manners::default());
    assert_eq!(
        send(mailbox(smtp.port, Encryption::None)),
        Outcome::Delivered
    );
    let heard = smtp.thread.join().unwrap();
    assert_eq!(
        header(&heard.mail, "Subject"),
        "高 · 安全组 `sg-web` 对全网开放"
    );
    assert!(header(&heard.mail, "From").starts_with("玉门"));
    assert_eq!(
        header(&heard.mail, "Date"),
        "Mon, 02 Mar 2026 08:10:00 +0000"
    );
    let id = letter(Kind::Mail, Language::Chinese).id;
    assert_eq!(
        header(&heard.mail, "Message-ID"),
        format!("<{id}@example.com>")
    );
    let body = body(&heard.mail);
    assert!(
        body.contains("第 tcp/22 <@all> [x](http://y) & \"q\" 行"),
        "{body}"
    );
    assert!(
        body.contains("https://yumen.example.com/findings/7?a=b"),
        "{body}"
    );
    let receivers = heard
        .commands
        .iter()
        .filter(|line| line.starts_with("RCPT"));
    assert_eq!(receivers.count(), 2);
}

#[test]
fn what_the_server_says_decides() {
    for (command, said, expected) in [
        ("MAIL", "451 try later\r\n", "later notify-server"),
        ("RCPT", "450 greylisted\r\n", "later notify-server"),
        ("RCPT", "550 no such user\r\n", "refused notify-refused"),
        ("DATA", "554 looks like spam\r\n", "refused notify-refused"),
        ("MAIL", "", "later notify-"),
        ("MAIL", "nonsense\r\n", "later notify-"),
    ] {
        let manners = Manners {
            odd: Some((command, said)),
            ..Manners::default()
        };
        let smtp = Smtp::new(manners);
        let outcome = match send(mailbox(smtp.port, Encryption::None)) {
            Outcome::Later(reason) => format!("later {}", reason.id),
            Outcome::Refused(reason) => format!("refused {}", reason.id),
            other => format!("{other:?}"),
        };
        assert!(outcome.starts_with(expected), "{command} {said}: {outcome}");
    }
}

#[test]
fn a_wrong_password_is_refused_and_not_said() {
    let manners = Manners {
        password: Some("right"),
        ..Manners::default()
    };
    let smtp = Smtp::new(manners.clone());
    let mailbox_of = |port| mailbox(port, Encryption::None);
    let right = with_password(mailbox_of(smtp.port), "right");
    assert_eq!(send(right), Outcome::Delivered);
    let smtp = Smtp::new(manners);
    let outcome = send(with_password(mailbox_of(smtp.port), "topsecret"));
    let said = format!("{outcome:?}");
    assert!(said.contains("notify-refused-login"), "{said}");
    let sent = STANDARD.encode("\0yumen\0topsecret");
    assert!(
        !said.contains("topsecret") && !said.contains(&sent),
        "{said}"
    );
}

#[test]
fn nothing_is_sent_to_a_server_that_does_not_encrypt() {
    let smtp = Smtp::new(Manners {
        password: Some("right"),
        ..Manners::default()
    });
    let outcome = send(with_password(
        mailbox(smtp.port, Encryption::StartTls),
        "right",
    ));
    assert!(matches!(outcome, Outcome::Later(_)), "{outcome:?}");
    let heard = smtp.thread.join().unwrap();
    let bad = |line: &String| line.starts_with("AUTH") || line.starts_with("MAIL");
    assert!(!heard.commands.iter().any(bad), "{heard:?}");
}

fn certificate() -> (String, Arc<rustls::ServerConfig>) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    (made.cert.pem(), Arc::new(config))
}

#[test]
fn starttls_to_a_server_of_a_known_authority() {
    let (pem, config) = certificate();
    let manners = Manners {
        tls: Some(config),
        password: Some("right"),
        ..Manners::default()
    };
    let smtp = Smtp::new(manners.clone());
    let mut trusting = with_password(mailbox(smtp.port, Encryption::StartTls), "right");
    trusting.authority = Some(pem);
    assert_eq!(send(trusting), Outcome::Delivered);
    let heard = smtp.thread.join().unwrap();
    assert!(heard.encrypted && header(&heard.mail, "Subject").contains("对全网开放"));

    let smtp = Smtp::new(manners);
    let outcome = send(with_password(
        mailbox(smtp.port, Encryption::StartTls),
        "right",
    ));
    assert!(matches!(outcome, Outcome::Later(_)), "{outcome:?}");
}
