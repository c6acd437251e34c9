/** The binary TCP protocol: frames in, receipts and refusals out. */
package io.evident.ingest.tcp;
