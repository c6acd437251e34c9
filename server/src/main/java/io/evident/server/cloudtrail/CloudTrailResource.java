package io.evident.server.cloudtrail;

import io.evident.server.json.JsonTree;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a call was done to: the first of the record's resources, else a parameter of the request by the table of
 * {@code docs/cloudtrail.md}, else the service itself.
 *
 * @param type an AWS resource type, or {@code service}
 * @param id an ARN, a name or an id, as the record has it
 */
record CloudTrailResource(String type, String id) {
    /**
     * Parameter to type, the more telling ones first: a call may have several of them. A name that means other things in
     * other services has its service before it.
     */
    private static final Map<String, String> BY_PARAMETER = byParameter();

    private static Map<String, String> byParameter() {
        Map<String, String> types = new LinkedHashMap<>();
        types.put("bucketName", "AWS::S3::Bucket");
        types.put("secretId", "AWS::SecretsManager::Secret");
        types.put("keyId", "AWS::KMS::Key");
        types.put("functionName", "AWS::Lambda::Function");
        types.put("iam:roleName", "AWS::IAM::Role");
        types.put("iam:userName", "AWS::IAM::User");
        types.put("iam:groupName", "AWS::IAM::Group");
        types.put("iam:instanceProfileName", "AWS::IAM::InstanceProfile");
        types.put("iam:policyArn", "AWS::IAM::Policy");
        types.put("iam:policyName", "AWS::IAM::Policy");
        types.put("roleArn", "AWS::IAM::Role");
        types.put("trailName", "AWS::CloudTrail::Trail");
        types.put("cloudtrail:name", "AWS::CloudTrail::Trail");
        types.put("logGroupName", "AWS::Logs::LogGroup");
        types.put("dBInstanceIdentifier", "AWS::RDS::DBInstance");
        types.put("dBSnapshotIdentifier", "AWS::RDS::DBSnapshot");
        types.put("tableName", "AWS::DynamoDB::Table");
        types.put("topicArn", "AWS::SNS::Topic");
        types.put("queueUrl", "AWS::SQS::Queue");
        types.put("stackName", "AWS::CloudFormation::Stack");
        types.put("repositoryName", "AWS::ECR::Repository");
        types.put("ssm:name", "AWS::SSM::Parameter");
        types.put("ec2:groupName", "AWS::EC2::SecurityGroup");
        types.put("instanceId", "AWS::EC2::Instance");
        types.put("groupId", "AWS::EC2::SecurityGroup");
        types.put("snapshotId", "AWS::EC2::Snapshot");
        types.put("volumeId", "AWS::EC2::Volume");
        types.put("imageId", "AWS::EC2::Image");
        types.put("natGatewayId", "AWS::EC2::NatGateway");
        types.put("internetGatewayId", "AWS::EC2::InternetGateway");
        types.put("routeTableId", "AWS::EC2::RouteTable");
        types.put("networkInterfaceId", "AWS::EC2::NetworkInterface");
        types.put("allocationId", "AWS::EC2::EIP");
        types.put("subnetId", "AWS::EC2::Subnet");
        types.put("vpcId", "AWS::EC2::VPC");
        return types;
    }

    static CloudTrailResource of(JsonTree json, CloudTrailRecord record) {
        List<JsonTree> resources = json.at("resources").elements();
        if (!resources.isEmpty()) {
            JsonTree first = resources.get(0);
            String id = first.text("ARN") != null ? first.text("ARN") : first.text("ARNPrefix");
            if (id != null) {
                return new CloudTrailResource(first.text("type") == null ? "AWS" : first.text("type"), id);
            }
        }
        CloudTrailResource named = ofParameters(json.at("requestParameters"), record.service());
        return named != null ? named : new CloudTrailResource("service", record.eventSource());
    }

    private static CloudTrailResource ofParameters(JsonTree parameters, String service) {
        for (Map.Entry<String, String> entry : BY_PARAMETER.entrySet()) {
            String[] key = entry.getKey().split(":", 2);
            boolean applies = key.length == 1 || key[0].equals(service);
            String id = parameters.text(key[key.length - 1]);
            if (applies && id != null) {
                return new CloudTrailResource(entry.getValue(), id);
            }
        }
        List<JsonTree> instances = parameters.at("instancesSet", "items").elements();
        String instance = instances.isEmpty() ? null : instances.get(0).text("instanceId");
        return instance == null ? null : new CloudTrailResource("AWS::EC2::Instance", instance);
    }
}
