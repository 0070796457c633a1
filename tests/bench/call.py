"""Makes one call with boto3 for each line of its standard input, and answers each with a line: call.py ENDPOINT INSTANCE_ID"""

import sys

import boto3

endpoint, instance = sys.argv[1:]
ec2 = boto3.client(
    "ec2",
    endpoint_url=endpoint,
    region_name="eu-central-1",
    aws_access_key_id="AKIABENCH",
    aws_secret_access_key="bench",
)
for _ in sys.stdin:
    found = ec2.describe_instances(InstanceIds=[instance])
    print(found["Reservations"][0]["Instances"][0]["InstanceId"], flush=True)
