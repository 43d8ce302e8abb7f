//! Instances and their interfaces.

use super::cloud::{Cloud, Id};

pub(super) fn instances(cloud: &mut Cloud) {
    let vpc = cloud.vpc();
    let (vswitch, group) = (cloud.vswitch(&vpc, 1, 'h'), cloud.group(&vpc));
    let instance = cloud.instance(&vswitch, &group);
    let one = [("InstanceId", instance.as_str())];
    let several = [("InstanceId.1", instance.as_str())];
    let path = "ecs/DescribeInstances";
    let status = |cloud: &mut Cloud| {
        let seen = cloud.seen(path, "InstanceId", &instance).expect("seen");
        seen["Status"].id().to_owned()
    };
    for (stop, start, of) in [
        ("ecs/StopInstance", "ecs/StartInstance", &one),
        ("ecs/StopInstances", "ecs/StartInstances", &several),
    ] {
        cloud.done(stop, of);
        assert_eq!(status(cloud), "Stopped");
        cloud.done(start, of);
        assert_eq!(status(cloud), "Running");
    }
    let options = [one[0], ("HttpTokens", "required")];
    cloud.done("ecs/ModifyInstanceMetadataOptions", &options);
    let seen = cloud.seen(path, "InstanceId", &instance).expect("seen");
    assert_eq!(seen["MetadataOptions"]["HttpTokens"], "required");
    let code = cloud.refused("ecs/DeleteInstance", &one);
    assert_eq!(code, "IncorrectInstanceStatus.Initializing");
    let code = cloud.refused("vpc/DeleteVSwitch", &[("VSwitchId", &vswitch)]);
    assert_eq!(code, "DependencyViolation");
    cloud.done("ecs/DeleteInstance", &[one[0], ("Force", "true")]);
    assert_eq!(cloud.seen(path, "InstanceId", &instance), None);
    let another = cloud.instance(&vswitch, &group);
    let both = [("InstanceId.1", another.as_str()), ("Force", "true")];
    cloud.done("ecs/DeleteInstances", &both);
    assert_eq!(cloud.seen(path, "InstanceId", &another), None);
}

pub(super) fn interfaces(cloud: &mut Cloud) {
    let vpc = cloud.vpc();
    let (vswitch, group) = (cloud.vswitch(&vpc, 1, 'h'), cloud.group(&vpc));
    let elsewhere = cloud.vswitch(&vpc, 2, 'i');
    let instance = cloud.instance(&vswitch, &group);
    let make = |cloud: &mut Cloud, vswitch: &str| {
        let place = [("VSwitchId", vswitch), ("SecurityGroupId", group.as_str())];
        let made = cloud.done("ecs/CreateNetworkInterface", &place);
        made["NetworkInterfaceId"].id().to_owned()
    };
    let interface = make(cloud, &vswitch);
    let path = "ecs/DescribeNetworkInterfaces";
    let field = "NetworkInterfaceId";
    let both = [(field, interface.as_str()), ("InstanceId", &instance)];
    cloud.done("ecs/AttachNetworkInterface", &both);
    let seen = cloud.seen(path, field, &interface).expect("seen");
    assert_eq!(seen["Status"], "Attaching");
    cloud.wait();
    let seen = cloud.seen(path, field, &interface).expect("seen");
    assert_eq!(seen["Status"], "InUse");
    assert_eq!(seen["Attachment"]["DeviceIndex"], 1);
    let code = cloud.refused("ecs/AttachNetworkInterface", &both);
    assert_eq!(code, "InvalidOperation.InvalidEniState");
    let far = make(cloud, &elsewhere);
    let code = cloud.refused("ecs/AttachNetworkInterface", &[(field, &far), both[1]]);
    assert_eq!(code, "InvalidOperation.AvailabilityZoneMismatch");
    let shown = |cloud: &mut Cloud| {
        let seen = cloud.seen("ecs/DescribeInstances", "InstanceId", &instance);
        let seen = seen.expect("seen");
        let interfaces = seen["NetworkInterfaces"]["NetworkInterface"].as_array();
        let interfaces = interfaces.expect("interfaces");
        let ids = interfaces.iter().map(|one| one[field].id().to_owned());
        ids.collect::<Vec<String>>()
    };
    assert_eq!(shown(cloud)[1], interface);
    let code = cloud.refused("ecs/DeleteNetworkInterface", &both[..1]);
    assert_eq!(code, "InvalidOperation.InvalidEniState");
    let primary = shown(cloud)[0].clone();
    let code = cloud.refused("ecs/DetachNetworkInterface", &[(field, &primary), both[1]]);
    assert_eq!(code, "InvalidOperation.DetachPrimaryEniNotAllowed");
    cloud.settled("ecs/DetachNetworkInterface", &both);
    assert_eq!(shown(cloud), [primary]);
    let seen = cloud.seen(path, field, &interface).expect("seen");
    assert_eq!(
        (&seen["Status"], &seen["InstanceId"]),
        (&"Available".into(), &"".into())
    );
    cloud.done("ecs/DeleteNetworkInterface", &both[..1]);
    assert_eq!(cloud.seen(path, field, &interface), None);
}
