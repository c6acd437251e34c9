/** Apache Kafka. */
package io.evident.load.peer.kafka;
