//! `yumen explain`: one packet, or many, with every hop and what decided.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::net::IpAddr;
use std::path::Path;
use std::process::ExitCode;

use clap::ArgMatches;
use serde_json::{Value, json};
use yumen_diagnostics::Message;
use yumen_packets::{Interval, Packet, PacketBox};
use yumen_reach::{
    Analysis, Answer, EndpointIndex, Exposure, Topology, Verdict, explain, exposures,
};
use yumen_report::{control, decider, hop, json as report_json, machine, shape, verdict, wrap};

use crate::audit::is_json;
use crate::failure::{Failure, output};
use crate::packet_query::{CLIENT_PORT, Service, destination, packet_of_line, service};
use crate::shell::Shell;
use crate::{read, settings};

/// A public address that stands for a stranger where none can get in.
const STRANGER: [&str; 2] = ["8.8.8.8", "2001:4860:4860::8888"];

pub(crate) fn run(shell: &Shell, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let directory = read::path(matches, "DIR");
    let internet = read::internet(matches, &settings::load(shell, matches, directory)?)?;
    if let Some(batch) = matches.get_one::<String>("batch") {
        let topology = Topology::new(&read::snapshot(directory)?, &internet);
        return answer_batch(shell, &topology, Path::new(batch));
    }
    let required = |name: &'static str| {
        let missing = || {
            Failure::Input(
                Message::new("failure-missing-option").with("option", format!("--{name}")),
            )
        };
        matches
            .get_one::<String>(name)
            .map(String::as_str)
            .ok_or_else(missing)
    };
    let (from, to, port) = (required("from")?, required("to")?, required("port")?);
    let service = service(port).map_err(Failure::Input)?;
    let analysis = read::analysis(directory, &internet)?;
    let topology = analysis.topology();
    let vpc = matches.get_one::<String>("vpc").map(String::as_str);
    let (index, address) = destination(topology, vpc, to).map_err(Failure::Input)?;
    let answer = if from.eq_ignore_ascii_case("internet") {
        from_internet(&analysis, index, service)?
    } else {
        let source = source(topology, from)?;
        let address = own_address(topology, index, address, source);
        explain(topology, index, &packet(source, address, service)?)
    };
    if is_json(matches) {
        shell.print_json(&report_json::answer(&answer))?;
    } else {
        shell.print(&answer_text(shell, topology, index, &answer))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The address of the interface in the family of the source.
fn own_address(topology: &Topology, index: EndpointIndex, asked: IpAddr, source: IpAddr) -> IpAddr {
    if asked.is_ipv4() == source.is_ipv4() {
        return asked;
    }
    let interface = &topology.endpoint(index).interface;
    let v6 = interface
        .ipv6
        .first()
        .map(|ipv6| IpAddr::from(ipv6.address));
    let v4 = interface
        .private
        .first()
        .map(|private| IpAddr::from(private.address));
    (if source.is_ipv6() { v6 } else { v4 }).unwrap_or(asked)
}

fn packet(source: IpAddr, destination: IpAddr, service: Service) -> Result<Packet, Failure> {
    let client_port = if matches!(service.protocol, 6 | 17) {
        CLIENT_PORT
    } else {
        0
    };
    Packet::new(
        source,
        destination,
        service.protocol,
        client_port,
        service.port,
    )
    .ok_or_else(|| {
        Failure::Input(Message::new("failure-families").with("value", source.to_string()))
    })
}

fn source(topology: &Topology, text: &str) -> Result<IpAddr, Failure> {
    if let Ok(address) = text.parse() {
        return Ok(address);
    }
    let found = topology
        .find_interface(text)
        .or_else(|| topology.find_instance(text));
    let address = found.and_then(|index| topology.endpoint(index).primary_address());
    address.ok_or_else(|| Failure::Input(Message::new("failure-source").with("value", text)))
}

/// The strongest verdict for any address of the Internet.
fn from_internet(
    analysis: &Analysis,
    index: EndpointIndex,
    service: Service,
) -> Result<Answer, Failure> {
    let topology = analysis.topology();
    let mut best: Option<Answer> = None;
    let all = exposures(analysis)?;
    let own = all
        .iter()
        .filter(|one| one.interface == index && one.direction == yumen_cloud::Direction::Ingress);
    for exposure in own {
        let Some(packet) = sample_at(topology, exposure, service) else {
            continue;
        };
        let Some(answer) = exposure.explain_packet(topology, &packet) else {
            continue;
        };
        if best
            .as_ref()
            .is_none_or(|best| answer.verdict > best.verdict)
        {
            best = Some(answer);
        }
    }
    if let Some(best) = best {
        return Ok(best);
    }
    let endpoint = topology.endpoint(index);
    let address = endpoint.primary_address();
    let address = address.unwrap_or(IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED));
    let stranger = STRANGER
        .iter()
        .filter_map(|text| text.parse::<IpAddr>().ok());
    let stranger = stranger
        .into_iter()
        .find(|one| one.is_ipv4() == address.is_ipv4());
    Ok(explain(
        topology,
        index,
        &packet(stranger.unwrap_or(address), address, service)?,
    ))
}

/// A packet of the exposure with this protocol and port.
fn sample_at(topology: &Topology, exposure: &Exposure, service: Service) -> Option<Packet> {
    let wanted = PacketBox {
        protocol: Interval::single(service.protocol),
        destination_port: Interval::single(service.port),
        ..PacketBox::all(exposure.row.slice.family)
    };
    exposure.sample_within(topology, &[wanted])
}

fn answer_text(
    shell: &Shell,
    topology: &Topology,
    index: EndpointIndex,
    answer: &Answer,
) -> String {
    let words = &shell.words;
    let packet = &answer.packet;
    let headline = Message::new("explain-headline")
        .with("verdict", words.text(verdict(answer.verdict)))
        .with("packet", packet.to_string())
        .with("machine", machine(topology, index));
    let headline = format!("{} {}", shape(answer.verdict), words.say(&headline));
    let mut lines: Vec<String> = wrap(&headline, yumen_report::text::COLUMNS)
        .iter()
        .map(|line| shell.paint.verdict(answer.verdict, line))
        .collect();
    if let Some((address, port)) = answer.entry {
        let entry = Message::new("explain-entry")
            .with("address", address.to_string())
            .with("port", u64::from(port));
        lines.push(format!("  {}", words.say(&entry)));
    }
    lines.push(String::new());
    for (number, step) in answer.hops.iter().enumerate() {
        let mark = if step.passes {
            Verdict::Open
        } else {
            Verdict::Closed
        };
        let text = format!("{}. {}", number + 1, hop(words, step));
        for (position, line) in wrap(&text, 96).iter().enumerate() {
            let indent = if position == 0 { "  " } else { "     " };
            lines.push(format!(
                "{indent}{}",
                if step.passes {
                    line.clone()
                } else {
                    shell.paint.verdict(mark, line)
                }
            ));
        }
    }
    lines.push(String::new());
    let decided = Message::new("explain-decided").with("by", decider(words, &answer.decided_by));
    lines.extend(wrap(&words.say(&decided), yumen_report::text::COLUMNS));
    if !answer.reply_passes {
        lines.push(words.text("explain-reply-blocked"));
    }
    for doubt in &answer.unconfirmed {
        lines.push(
            words.say(&Message::new("explain-unconfirmed").with("what", control(words, doubt))),
        );
    }
    lines.join("\n") + "\n"
}

/// Answers a file of packets, line by line; `-` is standard input.
fn answer_batch(shell: &Shell, topology: &Topology, path: &Path) -> Result<ExitCode, Failure> {
    let failed = |error| Failure::File(path.to_owned(), error);
    let input: Box<dyn BufRead> = if path == Path::new("-") {
        Box::new(io::stdin().lock())
    } else {
        Box::new(BufReader::new(File::open(path).map_err(failed)?))
    };
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut code = ExitCode::SUCCESS;
    for (number, line) in input.split(b'\n').enumerate() {
        let line = line.map_err(failed)?;
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let answered = answer_line(shell, topology, &line, number + 1);
        if answered.get("error").is_some() {
            code = ExitCode::from(2);
        }
        serde_json::to_writer(&mut out, &answered).map_err(|error| output(error.into()))?;
        out.write_all(b"\n").map_err(output)?;
    }
    out.flush().map_err(output)?;
    Ok(code)
}

fn answer_line(shell: &Shell, topology: &Topology, line: &[u8], number: usize) -> Value {
    let error = |message: &Message| json!({ "line": number, "error": shell.words.say(message) });
    let Ok(Value::Object(mut fields)) = serde_json::from_slice::<Value>(line) else {
        return error(&Message::new("failure-batch-line").with("line", number));
    };
    match packet_of_line(topology, &Value::Object(fields.clone())) {
        Ok((index, packet)) => {
            let answer = explain(topology, index, &packet);
            fields.insert("verdict".to_owned(), json!(answer.verdict.word()));
            fields.insert(
                "decided_by".to_owned(),
                report_json::decider(&answer.decided_by),
            );
            if !answer.unconfirmed.is_empty() {
                let doubts: Vec<String> =
                    answer.unconfirmed.iter().map(ToString::to_string).collect();
                fields.insert("unconfirmed".to_owned(), json!(doubts));
            }
            if !answer.reply_passes && answer.verdict == Verdict::Open {
                fields.insert("reply".to_owned(), json!("blocked"));
            }
        }
        Err(message) => {
            fields.insert("verdict".to_owned(), json!(Verdict::Unknown.word()));
            fields.insert("line".to_owned(), json!(number));
            fields.insert("error".to_owned(), json!(shell.words.say(&message)));
        }
    }
    Value::Object(fields)
}
