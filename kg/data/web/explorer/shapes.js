// How sigma draws a thing: a point of one of four shapes, full or hollow.

/** @type {any} */
const { NodeProgram, floatColor } = /** @type {any} */ (window).vendor;
export const SHAPES = { Person: 0, Organisation: 1, Place: 2, Program: 3 };
export const RING = 4; // added to a shape: only its outline, for the marks that stand for many

/** Points in the four shapes, so that a class is not told by colour alone. */
export class ShapeProgram extends NodeProgram {
  getDefinition() {
    const { FLOAT, UNSIGNED_BYTE, POINTS } = WebGLRenderingContext;
    return {
      VERTICES: 1,
      METHOD: POINTS,
      VERTEX_SHADER_SOURCE: `
        attribute vec4 a_id; attribute vec4 a_color; attribute vec2 a_position; attribute float a_size; attribute float a_shape;
        uniform float u_sizeRatio; uniform float u_pixelRatio; uniform mat3 u_matrix;
        varying vec4 v_color; varying float v_shape; varying float v_pixel;
        void main() {
          gl_Position = vec4((u_matrix * vec3(a_position, 1)).xy, 0, 1);
          gl_PointSize = (a_size / u_sizeRatio * 2.0 + 2.0) * u_pixelRatio;
          v_pixel = 1.0 / gl_PointSize;
          v_shape = a_shape;
          #ifdef PICKING_MODE
          v_color = a_id;
          #else
          v_color = a_color;
          #endif
          v_color.a *= 255.0 / 254.0;
        }`,
      FRAGMENT_SHADER_SOURCE: `
        precision mediump float;
        varying vec4 v_color; varying float v_shape; varying float v_pixel;
        void main() {
          vec2 p = (gl_PointCoord - 0.5) * 2.0;
          float ring = step(3.5, v_shape);
          float shape = v_shape - ring * 4.0;
          float away;
          if (shape < 0.5) away = length(p) - 0.88;
          else if (shape < 1.5) away = max(abs(p.x), abs(p.y)) - 0.78;
          else if (shape < 2.5) away = max(abs(p.x) * 0.88 + p.y * -0.5, p.y) - 0.62 + 0.1;
          else away = (abs(p.x) + abs(p.y)) * 0.7071 - 0.66;
          float soft = v_pixel * 2.0;
          #ifdef PICKING_MODE
          gl_FragColor = away < 0.1 ? v_color : vec4(0.0);
          #else
          float inside = 1.0 - smoothstep(-soft, soft, away);
          float hollow = ring * smoothstep(-soft, soft, -away - 6.0 * v_pixel);
          gl_FragColor = mix(vec4(0.0), v_color, inside * (1.0 - 0.82 * hollow));
          #endif
        }`,
      UNIFORMS: ["u_sizeRatio", "u_pixelRatio", "u_matrix"],
      ATTRIBUTES: [
        { name: "a_position", size: 2, type: FLOAT },
        { name: "a_size", size: 1, type: FLOAT },
        { name: "a_color", size: 4, type: UNSIGNED_BYTE, normalized: true },
        { name: "a_id", size: 4, type: UNSIGNED_BYTE, normalized: true },
        { name: "a_shape", size: 1, type: FLOAT },
      ],
    };
  }

  processVisibleItem(id, start, node) {
    this.array.set([node.x, node.y, node.size, floatColor(node.color), id, node.shape], start);
  }

  setUniforms({ sizeRatio, pixelRatio, matrix }, { gl, uniformLocations }) {
    gl.uniform1f(uniformLocations.u_pixelRatio, pixelRatio);
    gl.uniform1f(uniformLocations.u_sizeRatio, sizeRatio);
    gl.uniformMatrix3fv(uniformLocations.u_matrix, false, matrix);
  }
}
