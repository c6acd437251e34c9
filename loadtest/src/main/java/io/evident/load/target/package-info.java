/**
 * What the generator sends to: one seam for Evident and for the systems that it is compared with, and the place where all
 * answers are counted.
 */
package io.evident.load.target;
