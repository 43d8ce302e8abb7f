//! Arbitrary bytes in the place of an API response: never a panic, and whatever was read can be
//! analysed.

use std::num::NonZeroUsize;

use yumen_reach::{Analysis, Internet, Topology, exposures, fates};

/// Files that the bytes can stand for; the first byte chooses.
const PATHS: [&str; 12] = [
    "cn-a/ecs/DescribeSecurityGroupAttribute/sg-1.json",
    "cn-a/ecs/DescribeSecurityGroups.json",
    "cn-a/ecs/DescribeInstances.json",
    "cn-a/ecs/DescribeNetworkInterfaces.json",
    "cn-a/ecs/DescribePrefixListAttributes/pl-1.json",
    "cn-a/vpc/DescribeNetworkAcls.json",
    "cn-a/vpc/DescribeRouteEntryList/vtb-1.json",
    "cn-a/vpc/DescribeForwardTableEntries/ftb-1.json",
    "cn-a/vpc/DescribeEipAddresses.json",
    "cn-a/slb/DescribeLoadBalancerListeners.json",
    "cn-a/alb/ListRules.json",
    "manifest.json",
];

/// An estate of one machine, beside which the bytes are read.
const FIXED: [(&str, &str); 3] = [
    (
        "cn-a/ecs/DescribeInstances.json",
        r#"{"Instances":{"Instance":[{"InstanceId":"i-1","Status":"Running","PublicIpAddress":{"IpAddress":["47.1.1.1"]}}]},"TotalCount":1}"#,
    ),
    (
        "cn-a/ecs/DescribeNetworkInterfaces.json",
        r#"{"NetworkInterfaceSets":{"NetworkInterfaceSet":[{"NetworkInterfaceId":"eni-1","InstanceId":"i-1","Type":"Primary","PrivateIpAddress":"10.0.0.1","VpcId":"vpc-1","VSwitchId":"vsw-1","SecurityGroupIds":{"SecurityGroupId":["sg-1"]}}]},"TotalCount":1}"#,
    ),
    (
        "cn-a/ecs/DescribeSecurityGroups.json",
        r#"{"SecurityGroups":{"SecurityGroup":[{"SecurityGroupId":"sg-1","SecurityGroupType":"normal","VpcId":"vpc-1"}]},"TotalCount":1}"#,
    ),
];

/// Reads the bytes as one file of a small estate and analyses what comes out.
pub fn snapshot_reader(data: &[u8]) {
    let Some((choice, content)) = data.split_first() else {
        return;
    };
    let Some(path) = PATHS.get(usize::from(*choice) % PATHS.len()) else {
        return;
    };
    let fixed = FIXED.iter().filter(|(name, _)| name != path);
    let files = fixed
        .map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec()))
        .chain([((*path).to_owned(), content.to_vec())]);
    let Ok(snapshot) = yumen_aliyun::read_files(files) else {
        return;
    };
    let topology = Topology::new(&snapshot, &Internet::default());
    let Ok(analysis) = Analysis::new(topology, NonZeroUsize::MIN) else {
        return;
    };
    if let Ok(found) = exposures(&analysis) {
        for exposure in &found {
            if let Some(answer) = exposure.explain(analysis.topology()) {
                assert_eq!(
                    answer.verdict, exposure.verdict,
                    "a witness contradicts its exposure"
                );
            }
        }
    }
    drop(fates(&analysis, true));
    assert_eq!(
        snapshot.content_address(),
        snapshot.clone().content_address()
    );
}
