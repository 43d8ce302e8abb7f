//! scratch
#![allow(warnings, clippy::all)]
use std::time::Instant;
use yumen_bench::classbench::*;
use yumen_packets::*;
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let dir = &args[1];
    let orders: Vec<&str> = args[2].split(',').collect();
    let sets: Vec<String> = if args.len() > 3 { args[3].split(',').map(|s| s.to_owned()).collect() } else {
        let mut v: Vec<String> = std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).filter(|n| n.ends_with('k')).collect(); v.sort(); v };
    let steps: u64 = args.get(4).and_then(|s| s.parse().ok()).unwrap_or(3_000_000_000);
    let mut total = 0.0;
    for set in &sets {
        let boxes = parse(&std::fs::read_to_string(format!("{dir}/{set}")).unwrap()).unwrap();
        let rules = actions(&boxes);
        let mut best = f64::MAX;
        for o in &orders {
            let t = Instant::now();
            let order = if *o == "auto" { FieldOrder::for_rules(&boxes) } else {
                let f: Vec<Field> = o.chars().map(|c| match c { 'P' => Field::Protocol, 'D' => Field::DestinationPort, 'S' => Field::Source, 'T' => Field::Destination, _ => Field::SourcePort }).collect();
                FieldOrder::new(f.try_into().unwrap()).unwrap() };
            let tprobe = t.elapsed().as_secs_f64();
            let mut space = PacketSpace::new(order, Budget { steps, nodes: 200_000_000 });
            let r = space.first_match_of_product(&rules);
            let el = t.elapsed().as_secs_f64();
            match r {
                Ok((d, reached)) => { best = best.min(el);
                    println!("{set} {o} {:?} n={} shadowed={} nodes={} edges~{}MB t={:.4} probe={tprobe:.4}", if *o=="auto" {format!("{:?}", order.fields())} else {String::new()}, rules.len(), reached.iter().filter(|r| !**r).count(), space.node_count(), space.arena_bytes() >> 20, el) }
                Err(e) => println!("{set} {o} FAIL t={el:.3} nodes={} {e:?}", space.node_count()),
            }
        }
        total += best;
    }
    println!("sum of best {total:.3}");
}
